#pragma once

#include "vrkn/model/codec.h"
#include "vrkn/nn/mlp.h"

namespace vrkn::model {

/// Vector readings, standardised with the mean and deviation of the first episodes.
class VectorCodec final : public Codec {
 public:
  VectorCodec(const env::SensorSpec& sensor, const NetworksConfig& config, int64_t feature_size);

  at::Tensor normalise(const at::Tensor& raw, math::TensorGenerator& rng) const override;
  at::Tensor denormalise(const at::Tensor& values) const override;
  at::Tensor unit() const override { return std_; }
  at::Tensor encode(const at::Tensor& values) override { return encoder_->forward(values); }
  int64_t embedding_size() const override { return encoder_->options.hidden; }
  at::Tensor decode(const at::Tensor& features) override { return decoder_->forward(features); }
  void set_statistics(const data::SensorStatistics& statistics) override;

 private:
  nn::Mlp encoder_{nullptr}, decoder_{nullptr};
  at::Tensor mean_, std_;  // [size], buffers
};

}  // namespace vrkn::model
