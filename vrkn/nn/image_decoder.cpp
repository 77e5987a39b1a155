#include "vrkn/nn/image_decoder.h"

#include <algorithm>
#include <string>

#include "vrkn/core/error.h"
#include "vrkn/nn/affine.h"
#include "vrkn/nn/nonlinearity.h"

namespace vrkn::nn {

std::vector<int64_t> decoder_kernels(int64_t size) {
  constexpr int64_t kSmallest = 16, kLargestKernel = 6;
  if (size < kSmallest) {
    throw ShapeError("Images of " + std::to_string(size) + " pixels a side cannot be decoded; at least 16 are needed.");
  }
  // Backwards from the image: a layer with kernel k makes 2 (n - 1) + k pixels of n; the first one starts from one
  // pixel.
  std::vector<int64_t> kernels;
  while (size > kLargestKernel) {
    const int64_t kernel = size % 2 == 0 ? 6 : 5;
    kernels.push_back(kernel);
    size = (size - kernel) / 2 + 1;
  }
  kernels.push_back(size);
  std::reverse(kernels.begin(), kernels.end());
  return kernels;
}

ImageDecoderImpl::ImageDecoderImpl(int64_t input_, int64_t size_, int64_t depth_, Precision precision_)
    : input(input_), size(size_), depth(depth_), precision(precision_) {
  reset();
}

void ImageDecoderImpl::reset() {
  const std::vector<int64_t> kernels = decoder_kernels(size);
  int64_t channels = 32 * depth;
  linear = register_module("linear", torch::nn::Linear(input, channels));
  convolutions.clear();
  for (size_t i = 0; i < kernels.size(); ++i) {
    const size_t left = kernels.size() - 1 - i;
    const int64_t output_channels = left == 0 ? 3 : depth << (left - 1);
    convolutions.push_back(
        register_module("conv" + std::to_string(i), TransposedConv(channels, output_channels, kernels[i])));
    channels = output_channels;
  }
}

at::Tensor ImageDecoderImpl::forward(const at::Tensor& features) {
  at::Tensor x = to_precision(affine(features, linear).view({features.size(0), -1, 1, 1}), precision);
  for (size_t i = 0; i < convolutions.size(); ++i) {
    x = convolutions[i]->forward(x);
    if (i + 1 < convolutions.size()) x = activate(Nonlinearity::kRelu, x);
  }
  return from_precision(x);
}

}  // namespace vrkn::nn
