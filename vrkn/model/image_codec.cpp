#include "vrkn/model/image_codec.h"

#include <string>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"

namespace vrkn::model {
namespace {

constexpr double kGreyLevels = 256.0;

}  // namespace

ImageCodec::ImageCodec(const env::SensorSpec& sensor, const NetworksConfig& config, int64_t feature_size) {
  const nn::ImageShape shape(sensor.shape.at(0), sensor.shape.at(1), sensor.shape.at(2));
  if (config.centre_images) mean_ = register_buffer("mean", at::zeros(sensor.shape));
  const nn::Precision precision = nn::precision_from(config.precision);
  encoder_ = register_module("encoder", nn::ImageEncoder(shape, config.image_depth, precision));
  int64_t decoder_input = feature_size;
  if (config.image_waves > 0) {
    waves_ = register_module("waves", nn::FourierFeatures(feature_size, config.image_waves));
    decoder_input = 2 * config.image_waves;
  }
  decoder_ = register_module("decoder", nn::ImageDecoder(decoder_input, shape, config.image_depth, precision));
}

at::Tensor ImageCodec::normalise(const at::Tensor& raw, math::TensorGenerator& rng) const {
  // floor(x / 8) / 32 - 0.5 + noise / 32: clearing the three low bits is the floor.
  const at::Tensor noise = rng.uniform(raw.sizes());
  at::Tensor values =
      raw.bitwise_and(0xF8).to(noise.scalar_type()).mul_(1.0 / kGreyLevels).sub_(0.5).add_(noise, 1.0 / 32.0);
  return mean_.defined() ? values.sub_(mean_) : values;
}

at::Tensor ImageCodec::denormalise(const at::Tensor& values) const {
  const at::Tensor levels = mean_.defined() ? values + mean_ : values;
  return ((levels + 0.5) * kGreyLevels).clamp(0.0, 255.0).to(at::kByte);
}

at::Tensor ImageCodec::decode(const at::Tensor& features) {
  return decoder_->forward(waves_ ? waves_->forward(features) : features);
}

void ImageCodec::set_statistics(const data::SensorStatistics& statistics) {
  const at::NoGradGuard no_grad;
  if (mean_.defined()) mean_.copy_(statistics.mean / kGreyLevels - 0.5);
}

at::Tensor ImageCodec::unit() const {
  return at::scalar_tensor(kGreyLevels);
}

}  // namespace vrkn::model
