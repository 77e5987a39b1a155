#include "vrkn/nn/image_decoder.h"

#include <algorithm>
#include <string>

#include "vrkn/core/error.h"
#include "vrkn/nn/affine.h"
#include "vrkn/nn/nonlinearity.h"

namespace vrkn::nn {

namespace {

constexpr int64_t kLargestKernel = 6;

/// The kernel that makes `size` pixels of half as many.
int64_t kernel_for(int64_t size) {
  return size % 2 == 0 ? 6 : 5;
}

}  // namespace

std::vector<int64_t> decoder_kernels(int64_t size) {
  constexpr int64_t kSmallest = 16;
  if (size < kSmallest) {
    throw ShapeError("Images of " + std::to_string(size) + " pixels a side cannot be decoded; at least 16 are needed.");
  }
  // Backwards from the image: a layer with kernel k makes 2 (n - 1) + k pixels of n; the first one starts from one
  // pixel.
  std::vector<int64_t> kernels;
  while (size > kLargestKernel) {
    kernels.push_back(kernel_for(size));
    size = (size - kernels.back()) / 2 + 1;
  }
  kernels.push_back(size);
  std::reverse(kernels.begin(), kernels.end());
  return kernels;
}

DecoderSide decoder_side(int64_t size, size_t layers) {
  DecoderSide side;
  while (side.kernels.size() + 1 < layers) {
    side.kernels.push_back(kernel_for(size));
    size = (size - side.kernels.back()) / 2 + 1;
  }
  side.kernels.push_back(size > kLargestKernel ? kernel_for(size) : size);
  side.start = (size - side.kernels.back()) / 2 + 1;
  std::reverse(side.kernels.begin(), side.kernels.end());
  return side;
}

ImageDecoderImpl::ImageDecoderImpl(int64_t input_, ImageShape shape_, int64_t depth_, Precision precision_)
    : input(input_), shape(shape_), depth(depth_), precision(precision_) {
  reset();
}

void ImageDecoderImpl::reset() {
  const size_t layers = decoder_kernels(shape.shorter_side()).size();
  const DecoderSide rows = decoder_side(shape.height, layers), columns = decoder_side(shape.width, layers);
  start_height_ = rows.start;
  start_width_ = columns.start;
  int64_t channels = 32 * depth;
  linear = register_module("linear", torch::nn::Linear(input, channels * start_height_ * start_width_));
  convolutions.clear();
  for (size_t i = 0; i < layers; ++i) {
    const size_t left = layers - 1 - i;
    const int64_t output_channels = left == 0 ? shape.channels : depth << (left - 1);
    const TransposedConv convolution(channels, output_channels, rows.kernels[i], columns.kernels[i]);
    convolutions.push_back(register_module("conv" + std::to_string(i), convolution));
    channels = output_channels;
  }
}

at::Tensor ImageDecoderImpl::forward(const at::Tensor& features) {
  at::Tensor x =
      to_precision(affine(features, linear).view({features.size(0), -1, start_height_, start_width_}), precision);
  for (size_t i = 0; i < convolutions.size(); ++i) {
    x = convolutions[i]->forward(x);
    if (i + 1 < convolutions.size()) x = activate(Nonlinearity::kRelu, x);
  }
  return from_precision(x);
}

}  // namespace vrkn::nn
