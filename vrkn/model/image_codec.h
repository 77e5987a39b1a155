#pragma once

#include "vrkn/model/codec.h"
#include "vrkn/nn/fourier_features.h"
#include "vrkn/nn/image_decoder.h"
#include "vrkn/nn/image_encoder.h"

namespace vrkn::model {

/// Images as PlaNet and Dreamer treat them: reduced to 5 bits, moved to [-0.5, 0.5) and dithered with uniform noise.
/// Centred ones less the mean picture after that, so that what does not move needs no learning.
class ImageCodec final : public Codec {
 public:
  /// Throws ShapeError unless the images have at least 16 pixels a side.
  ImageCodec(const env::SensorSpec& sensor, const NetworksConfig& config, int64_t feature_size);

  at::Tensor normalise(const at::Tensor& raw, math::TensorGenerator& rng) const override;
  at::Tensor denormalise(const at::Tensor& values) const override;
  at::Tensor unit() const override;
  at::Tensor encode(const at::Tensor& values) override { return encoder_->forward(values); }
  int64_t embedding_size() const override { return encoder_->output_size(); }
  at::Tensor decode(const at::Tensor& features) override;
  void set_statistics(const data::SensorStatistics& statistics) override;

 private:
  at::Tensor mean_;  // [C, H, W], network values; undefined where images are not centred
  nn::ImageEncoder encoder_{nullptr};
  nn::FourierFeatures waves_{nullptr};  // empty where the decoder reads the features as they are
  nn::ImageDecoder decoder_{nullptr};
};

}  // namespace vrkn::model
