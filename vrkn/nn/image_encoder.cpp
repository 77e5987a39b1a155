#include "vrkn/nn/image_encoder.h"

#include <string>

#include "vrkn/core/error.h"
#include "vrkn/nn/nonlinearity.h"

namespace vrkn {

ImageEncoderImpl::ImageEncoderImpl(int64_t size_, int64_t depth_) : size(size_), depth(depth_) {
  reset();
}

void ImageEncoderImpl::reset() {
  constexpr int64_t kKernel = 4, kSmallest = 16;
  if (size < kSmallest) {
    throw ShapeError("Images of " + std::to_string(size) + " pixels a side cannot be encoded; at least 16 are needed.");
  }
  convolutions.clear();
  int64_t side = size, input_channels = 3, channels = depth;
  while (side >= kKernel) {
    const auto options = torch::nn::Conv2dOptions(input_channels, channels, kKernel).stride(2);
    convolutions.push_back(register_module("conv" + std::to_string(convolutions.size()), torch::nn::Conv2d(options)));
    side = (side - kKernel) / 2 + 1;
    input_channels = channels;
    channels *= 2;
  }
  output_size_ = input_channels * side * side;
}

at::Tensor ImageEncoderImpl::forward(at::Tensor images) {
  for (auto& convolution : convolutions) images = activate(Nonlinearity::kRelu, convolution->forward(images));
  return images.flatten(1);
}

}  // namespace vrkn
