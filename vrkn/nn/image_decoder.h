#pragma once

#include <vector>

#include <torch/nn/cloneable.h>
#include <torch/nn/modules/linear.h>

#include "vrkn/nn/image_shape.h"
#include "vrkn/nn/precision.h"
#include "vrkn/nn/transposed_conv.h"

namespace vrkn::nn {

/// Kernel sizes of the stride-2 transposed convolutions that grow one pixel to `size` pixels a side, first layer first.
/// Every kernel is 5 or 6, whichever makes the sizes come out; size 64 gives 5, 5, 6, 6 as in PlaNet and Dreamer.
std::vector<int64_t> decoder_kernels(int64_t size);

/// One side of a decoder: how many pixels the first layer takes, and the kernels.
struct DecoderSide {
  int64_t start = 1;
  std::vector<int64_t> kernels;
};

/// The same for a side of `size` pixels beside a shorter one that takes `layers` layers: it starts from more pixels.
DecoderSide decoder_side(int64_t size, size_t layers);

/// The deconvolutional decoder of PlaNet and Dreamer: a linear layer to [32 depth, 1, 1], then transposed convolutions,
/// stride 2, ReLU between them, channels ..., 4 depth, 2 depth, depth, C. Of images that are not square the longer side
/// may start from more than one pixel.
class ImageDecoderImpl final : public torch::nn::Cloneable<ImageDecoderImpl> {
 public:
  /// Makes images from `input` features. No side has fewer than 16 pixels (else ShapeError).
  ImageDecoderImpl(int64_t input, ImageShape shape, int64_t depth, Precision precision = Precision::kFloat32);
  void reset() override;

  /// features [N, input] -> means of the pixels [N, C, H, W], values about -0.5 to 0.5.
  at::Tensor forward(const at::Tensor& features);

  int64_t input;
  ImageShape shape;
  int64_t depth;
  Precision precision;
  torch::nn::Linear linear{nullptr};
  std::vector<TransposedConv> convolutions;

 private:
  int64_t start_height_ = 1, start_width_ = 1;  // of the first layer's input
};
TORCH_MODULE(ImageDecoder);

}  // namespace vrkn::nn
