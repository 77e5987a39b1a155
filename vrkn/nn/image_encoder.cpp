#include "vrkn/nn/image_encoder.h"

#include <algorithm>
#include <string>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"
#include "vrkn/nn/nonlinearity.h"

namespace vrkn::nn {
namespace {

constexpr int64_t kStride = 2;

}  // namespace

ImageEncoderImpl::ImageEncoderImpl(ImageShape shape_, int64_t depth_, Precision precision_)
    : shape(shape_), depth(depth_), precision(precision_) {
  reset();
}

void ImageEncoderImpl::reset() {
  constexpr int64_t kKernel = 4, kSmallest = 16;
  if (shape.shorter_side() < kSmallest) {
    throw ShapeError("Images of " + std::to_string(shape.shorter_side()) +
                     " pixels a side cannot be encoded; at least 16 are needed.");
  }
  convolutions.clear();
  int64_t height = shape.height, width = shape.width, input_channels = shape.channels, channels = depth;
  while (std::min(height, width) >= kKernel) {
    const auto options = torch::nn::Conv2dOptions(input_channels, channels, kKernel).stride(kStride);
    convolutions.push_back(register_module("conv" + std::to_string(convolutions.size()), torch::nn::Conv2d(options)));
    height = (height - kKernel) / kStride + 1;
    width = (width - kKernel) / kStride + 1;
    input_channels = channels;
    channels *= 2;
  }
  output_size_ = input_channels * height * width;
}

at::Tensor ImageEncoderImpl::forward(at::Tensor images) {
  images = to_precision(images, precision);
  for (const auto& convolution : convolutions) {
    const at::Tensor weight = to_precision(convolution->weight, precision);
    const at::Tensor bias = convolution->bias.to(weight.scalar_type());
    images = activate(Nonlinearity::kRelu, at::conv2d(images, weight, bias, kStride));
  }
  return from_precision(images).flatten(1);
}

}  // namespace vrkn::nn
