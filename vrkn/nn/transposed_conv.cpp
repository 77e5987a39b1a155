#include "vrkn/nn/transposed_conv.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include "vrkn/nn/precision.h"

namespace vrkn {
namespace {

constexpr int64_t kStride = 2;

/// y = d/du <conv(u, W), x>: the transposed convolution, its gradients being conv(dy, W) and the weight gradient of
/// that.
struct ThroughConvolution : torch::autograd::Function<ThroughConvolution> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x, const at::Tensor& weight) {
    context->save_for_backward({x, weight});
    const int64_t height = kStride * (x.size(2) - 1) + weight.size(2),
                  width = kStride * (x.size(3) - 1) + weight.size(3);
    // Only the sizes of the convolution's input matter; its values are never read. Memory that nobody touches is free,
    // a view that repeats one number would be copied.
    const at::Tensor input = at::empty({x.size(0), weight.size(1), height, width}, x.options(), layout_of(weight));
    return convolution_gradients(x, input, weight, /*input_gradient=*/true);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &x = saved[0], &weight = saved[1], &output_gradient = gradients[0];
    at::Tensor x_gradient, weight_gradient;
    if (context->needs_input_grad(0)) x_gradient = at::conv2d(output_gradient, weight, {}, kStride);
    if (context->needs_input_grad(1)) {
      weight_gradient = convolution_gradients(x, output_gradient, weight, /*input_gradient=*/false);
    }
    return {x_gradient, weight_gradient};
  }

 private:
  static at::MemoryFormat layout_of(const at::Tensor& tensor) { return tensor.suggest_memory_format(); }

  static at::Tensor convolution_gradients(const at::Tensor& output_gradient, const at::Tensor& input,
                                          const at::Tensor& weight, bool input_gradient) {
    auto gradients = at::convolution_backward(
        output_gradient, input, weight, at::OptionalIntArrayRef(), {kStride, kStride}, {0, 0}, {1, 1},
        /*transposed=*/false, {0, 0}, /*groups=*/1, {input_gradient, !input_gradient, false});
    return input_gradient ? std::get<0>(gradients) : std::get<1>(gradients);
  }
};

/// y + b for every channel. LibTorch would add up b's gradient in y's type: in bfloat16 a sum over so many pixels stops
/// growing. Here only the sums over single images are rounded to it.
struct AddBias : torch::autograd::Function<AddBias> {
  static at::Tensor forward(torch::autograd::AutogradContext* /*context*/, const at::Tensor& y,
                            const at::Tensor& bias) {
    return y + bias.to(y.scalar_type()).view({1, -1, 1, 1});
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* /*context*/,
                                                 torch::autograd::variable_list gradients) {
    const at::Tensor& gradient = gradients[0];
    return {gradient, from_precision(gradient.sum({2, 3})).sum(0)};
  }
};

/// The transposed convolution of images of one pixel, in their type: a product.
at::Tensor product_of_pixels(const at::Tensor& x, const at::Tensor& weight) {
  const int64_t N = x.size(0), in = weight.size(0), out = weight.size(1), K = weight.size(2);
  const at::Tensor W = weight.to(x.scalar_type());
  return x.reshape({N, in}).mm(W.view({in, out * K * K})).view({N, out, K, K});
}

}  // namespace

at::Tensor transposed_conv_through_convolution(const at::Tensor& x, const at::Tensor& weight) {
  return ThroughConvolution::apply(x, weight);
}

TransposedConvImpl::TransposedConvImpl(int64_t input_channels_, int64_t output_channels_, int64_t kernel_)
    : input_channels(input_channels_), output_channels(output_channels_), kernel(kernel_) {
  reset();
}

void TransposedConvImpl::reset() {
  weight = register_parameter("weight", at::empty({input_channels, output_channels, kernel, kernel}));
  bias = register_parameter("bias", at::zeros({output_channels}));
}

at::Tensor TransposedConvImpl::forward(const at::Tensor& x) {
  if (x.size(2) == 1 && x.size(3) == 1) return AddBias::apply(product_of_pixels(x, weight), bias);
  const bool low = x.scalar_type() == at::kBFloat16;
  const at::Tensor W = low ? to_precision(weight, Precision::kBfloat16) : weight;
  constexpr int64_t kFewChannels = 4;
  if (x.is_cpu() && (low || output_channels > kFewChannels)) {
    return AddBias::apply(transposed_conv_through_convolution(x, W), bias);
  }
  return at::conv_transpose2d(x, W, bias.to(W.scalar_type()), kStride);
}

}  // namespace vrkn
