#include "vrkn/model/vector_codec.h"

#include <ATen/ATen.h>

namespace vrkn::model {

VectorCodec::VectorCodec(const env::SensorSpec& sensor, const NetworksConfig& config, int64_t feature_size) {
  nn::MlpOptions options{.input = sensor.size(), .hidden = config.vector_hidden, .layers = config.vector_layers};
  encoder_ = register_module("encoder", nn::Mlp(options));
  options.input = feature_size;
  options.output = sensor.size();
  decoder_ = register_module("decoder", nn::Mlp(options));
  mean_ = register_buffer("mean", at::zeros({sensor.size()}));
  std_ = register_buffer("std", at::ones({sensor.size()}));
}

at::Tensor VectorCodec::normalise(const at::Tensor& raw, math::TensorGenerator& /*rng*/) const {
  return (raw - mean_) / std_;
}

at::Tensor VectorCodec::denormalise(const at::Tensor& values) const {
  return values * std_ + mean_;
}

void VectorCodec::set_statistics(const data::SensorStatistics& statistics) {
  const at::NoGradGuard no_grad;
  mean_.copy_(statistics.mean);
  std_.copy_(statistics.std);
}

}  // namespace vrkn::model
