#include "vrkn/nn/transposed_conv.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include "vrkn/nn/affine.h"
#include "vrkn/nn/fused_rows.h"
#include "vrkn/nn/precision.h"

namespace vrkn::nn {
namespace {

constexpr int64_t kUpsampling = 2;

/// Whether a convolution's input gradient has so few channels, those of `weight` [in, out, K, L], that oneDNN is slow.
bool has_few_channels(const at::Tensor& weight) {
  constexpr int64_t kFewChannels = 4;
  return weight.size(1) <= kFewChannels && weight.scalar_type() != at::kBFloat16;
}

/// Four channels become one of twice the side, each pixel a square of four: LibTorch's pixel_shuffle by 2, which takes
/// several times as long. parts [N, 4 C, H, W]; [N, C, 2 H, 2 W].
at::Tensor interleave(const at::Tensor& parts) {
  constexpr int64_t kSquare = kUpsampling * kUpsampling;
  const int64_t H = parts.size(2), W = parts.size(3), images = parts.size(0) * parts.size(1) / kSquare;
  const at::Tensor from = parts.contiguous().view({images, kSquare * H, W});
  const at::Tensor result =
      at::empty({parts.size(0), parts.size(1) / kSquare, kUpsampling * H, kUpsampling * W}, parts.options());
  const at::Tensor to = result.view({images, kUpsampling * H, kUpsampling * W});
  for_rows(to, images, kSquare * H * W, [&](const auto& rows) {
    auto* out = rows.of(to);
    for (int64_t image = 0; image < rows.count; ++image) {
      const auto* in = rows.of(from) + image * kSquare * H * W;
      for (int64_t y = 0; y < H; ++y) {
        for (int64_t a = 0; a < kUpsampling; ++a, out += kUpsampling * W) {
          const auto* left = in + (kUpsampling * a * H + y) * W;
          const auto* right = left + H * W;
#pragma GCC ivdep
          for (int64_t x = 0; x < W; ++x) {
            out[kUpsampling * x] = left[x];
            out[kUpsampling * x + 1] = right[x];
          }
        }
      }
    }
  });
  return result;
}

/// The transposed convolution as a convolution with kernels of half the side, each of whose output pixels is a square
/// of four: y[2 i + a] = sum over p of x[i - p] W[2 p + a] along both axes. K and L even and equal.
at::Tensor interleaved_convolution(const at::Tensor& x, const at::Tensor& weight) {
  const int64_t in = weight.size(0), out = weight.size(1), half = weight.size(2) / kUpsampling;
  const at::Tensor parts =
      weight.view({in, out, half, kUpsampling, half, kUpsampling});  // W[2 p + a, 2 q + b] at [p, a, q, b]
  const at::Tensor kernels = parts.permute({1, 3, 5, 0, 2, 4}).flip({4, 5}).reshape({-1, in, half, half});
  return interleave(at::conv2d(x, kernels, {}, /*stride=*/1, /*padding=*/half - 1));
}

/// The transposed convolution into few channels.
at::Tensor into_few_channels(const at::Tensor& x, const at::Tensor& weight) {
  constexpr int64_t kMany = 32;  // from here on LibTorch's products per image are large enough to be faster
  const bool even = weight.size(2) % kUpsampling == 0 && weight.size(2) == weight.size(3);
  return even && weight.size(0) < kMany ? interleaved_convolution(x, weight)
                                        : at::conv_transpose2d(x, weight, {}, kUpsampling);
}

/// y = d/du <conv(u, W), x>: the transposed convolution, its gradients being conv(dy, W) and the weight gradient of
/// that.
struct ThroughConvolution : torch::autograd::Function<ThroughConvolution> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x, const at::Tensor& weight) {
    context->save_for_backward({x, weight});
    if (has_few_channels(weight)) return into_few_channels(x, weight);
    const int64_t height = kUpsampling * (x.size(2) - 1) + weight.size(2),
                  width = kUpsampling * (x.size(3) - 1) + weight.size(3);
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
    if (context->needs_input_grad(0)) x_gradient = at::conv2d(output_gradient, weight, {}, kUpsampling);
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
        output_gradient, input, weight, at::OptionalIntArrayRef(), {kUpsampling, kUpsampling}, {0, 0}, {1, 1},
        /*transposed=*/false, {0, 0}, /*groups=*/1, {input_gradient, !input_gradient, false});
    return input_gradient ? std::get<0>(gradients) : std::get<1>(gradients);
  }
};

/// y + b for every channel, in y's place. LibTorch would add up b's gradient in y's type: in bfloat16 a sum over so
/// many pixels stops growing. Here only the sums over single images are rounded to it.
struct AddBias : torch::autograd::Function<AddBias> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, at::Tensor y, const at::Tensor& bias) {
    y.add_(bias.to(y.scalar_type()).view({1, -1, 1, 1}));
    context->mark_dirty({y});
    return y;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* /*context*/,
                                                 torch::autograd::variable_list gradients) {
    const at::Tensor& gradient = gradients[0];
    return {gradient, from_precision(gradient.sum({2, 3})).sum(0)};
  }
};

/// The transposed convolution of images of one pixel, in their type: a product, and no view of it, which nothing could
/// be added to in place without copies on the way back.
at::Tensor product_of_pixels(const at::Tensor& x, const at::Tensor& weight) {
  const int64_t N = x.size(0), in = weight.size(0), out = weight.size(1), K = weight.size(2), L = weight.size(3);
  const at::Tensor W = weight.to(x.scalar_type());
  return at::_unsafe_view(affine(x.reshape({N, in}), W.view({in, out * K * L}).t()), {N, out, K, L});
}

}  // namespace

at::Tensor transposed_conv_through_convolution(const at::Tensor& x, const at::Tensor& weight) {
  return ThroughConvolution::apply(x, weight);
}

TransposedConvImpl::TransposedConvImpl(int64_t input_channels_, int64_t output_channels_, int64_t kernel)
    : TransposedConvImpl(input_channels_, output_channels_, kernel, kernel) {}

TransposedConvImpl::TransposedConvImpl(int64_t input_channels_, int64_t output_channels_, int64_t kernel_rows_,
                                       int64_t kernel_columns_)
    : input_channels(input_channels_),
      output_channels(output_channels_),
      kernel_rows(kernel_rows_),
      kernel_columns(kernel_columns_) {
  reset();
}

void TransposedConvImpl::reset() {
  weight = register_parameter("weight", at::empty({input_channels, output_channels, kernel_rows, kernel_columns}));
  bias = register_parameter("bias", at::zeros({output_channels}));
}

at::Tensor TransposedConvImpl::forward(const at::Tensor& x) {
  if (x.size(2) == 1 && x.size(3) == 1) return AddBias::apply(product_of_pixels(x, weight), bias);
  const bool low = x.scalar_type() == at::kBFloat16;
  const at::Tensor W = low ? to_precision(weight, Precision::kBfloat16) : weight;
  if (x.is_cpu()) return AddBias::apply(transposed_conv_through_convolution(x, W), bias);
  return at::conv_transpose2d(x, W, bias.to(W.scalar_type()), kUpsampling);
}

}  // namespace vrkn::nn
