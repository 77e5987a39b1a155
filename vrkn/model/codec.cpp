#include "vrkn/model/codec.h"

#include "vrkn/model/image_codec.h"
#include "vrkn/model/vector_codec.h"

namespace vrkn {

std::shared_ptr<Codec> make_codec(const SensorSpec& sensor, const NetworksConfig& config, int64_t feature_size) {
  if (sensor.kind == SensorKind::kImage) return std::make_shared<ImageCodec>(sensor, config, feature_size);
  return std::make_shared<VectorCodec>(sensor, config, feature_size);
}

}  // namespace vrkn
