#include "vrkn/model/codec.h"

#include "vrkn/model/image_codec.h"
#include "vrkn/model/vector_codec.h"

namespace vrkn::model {

std::shared_ptr<Codec> make_codec(const env::SensorSpec& sensor, const NetworksConfig& config, int64_t feature_size) {
  if (sensor.kind == env::SensorKind::kImage) return std::make_shared<ImageCodec>(sensor, config, feature_size);
  return std::make_shared<VectorCodec>(sensor, config, feature_size);
}

}  // namespace vrkn::model
