#pragma once

#include <vector>

#include <torch/nn/cloneable.h>
#include <torch/nn/modules/linear.h>

#include "vrkn/nn/precision.h"
#include "vrkn/nn/transposed_conv.h"

namespace vrkn::nn {

/// Kernel sizes of the stride-2 transposed convolutions that grow one pixel to `size` pixels a side, first layer first.
/// Every kernel is 5 or 6, whichever makes the sizes come out; size 64 gives 5, 5, 6, 6 as in PlaNet and Dreamer.
std::vector<int64_t> decoder_kernels(int64_t size);

/// The deconvolutional decoder of PlaNet and Dreamer: a linear layer to [32 depth, 1, 1], then transposed convolutions,
/// stride 2, ReLU between them, channels ..., 4 depth, 2 depth, depth, 3.
class ImageDecoderImpl final : public torch::nn::Cloneable<ImageDecoderImpl> {
 public:
  /// Makes images of [3, size, size], size >= 16 (else ShapeError), from `input` features.
  ImageDecoderImpl(int64_t input, int64_t size, int64_t depth, Precision precision = Precision::kFloat32);
  void reset() override;

  /// features [N, input] -> means of the pixels [N, 3, size, size], values about -0.5 to 0.5.
  at::Tensor forward(const at::Tensor& features);

  int64_t input, size, depth;
  Precision precision;
  torch::nn::Linear linear{nullptr};
  std::vector<TransposedConv> convolutions;
};
TORCH_MODULE(ImageDecoder);

}  // namespace vrkn::nn
