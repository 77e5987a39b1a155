#pragma once

#include <vector>

#include <torch/nn/cloneable.h>
#include <torch/nn/modules/conv.h>

#include "vrkn/nn/precision.h"

namespace vrkn::nn {

/// The convolutional encoder of PlaNet and Dreamer: kernels 4x4, stride 2, no padding, ReLU, channels depth, 2 depth,
/// 4 depth, ... until fewer than 4 pixels a side are left. Size 64 with depth 32: 32, 64, 128, 256 channels and 1024
/// outputs.
class ImageEncoderImpl final : public torch::nn::Cloneable<ImageEncoderImpl> {
 public:
  /// Images are [3, size, size], size >= 16 (else ShapeError).
  ImageEncoderImpl(int64_t size, int64_t depth, Precision precision = Precision::kFloat32);
  void reset() override;

  /// images [N, 3, size, size], values about -0.5 to 0.5 -> [N, output_size()].
  at::Tensor forward(at::Tensor images);
  int64_t output_size() const { return output_size_; }

  int64_t size, depth;
  Precision precision;
  std::vector<torch::nn::Conv2d> convolutions;

 private:
  int64_t output_size_ = 0;
};
TORCH_MODULE(ImageEncoder);

}  // namespace vrkn::nn
