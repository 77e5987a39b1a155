#pragma once

#include <vector>

#include <torch/nn/cloneable.h>
#include <torch/nn/modules/conv.h>

#include "vrkn/nn/image_shape.h"
#include "vrkn/nn/precision.h"

namespace vrkn::nn {

/// The convolutional encoder of PlaNet and Dreamer: kernels 4x4, stride 2, no padding, ReLU, channels depth, 2 depth,
/// 4 depth, ... until fewer than 4 pixels are left of the shorter side. Size 64 with depth 32: 32, 64, 128, 256
/// channels and 1024 outputs.
class ImageEncoderImpl final : public torch::nn::Cloneable<ImageEncoderImpl> {
 public:
  /// No side has fewer than 16 pixels (else ShapeError).
  ImageEncoderImpl(ImageShape shape, int64_t depth, Precision precision = Precision::kFloat32);
  void reset() override;

  /// images [N, C, H, W], values about -0.5 to 0.5 -> [N, output_size()].
  at::Tensor forward(at::Tensor images);
  int64_t output_size() const { return output_size_; }

  ImageShape shape;
  int64_t depth;
  Precision precision;
  std::vector<torch::nn::Conv2d> convolutions;

 private:
  int64_t output_size_ = 0;
};
TORCH_MODULE(ImageEncoder);

}  // namespace vrkn::nn
