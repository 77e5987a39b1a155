#pragma once

#include <torch/nn/cloneable.h>

namespace vrkn::nn {

/// Transposed 2-D convolution, stride 2, no padding: [N, in, H, W] -> [N, out, 2 (H - 1) + K, 2 (W - 1) + L].
///
/// On the CPU it is computed as the input gradient of a convolution, with a convolution as its own gradient: LibTorch's
/// own transposed convolution does not use oneDNN there (docs/performance.md has the factor). Into few channels, where
/// that is slow, it is a convolution into four times as many whose pixels are then interleaved, or LibTorch's. Other
/// devices take LibTorch's.
class TransposedConvImpl final : public torch::nn::Cloneable<TransposedConvImpl> {
 public:
  /// A square kernel, or one of K rows and L columns.
  TransposedConvImpl(int64_t input_channels, int64_t output_channels, int64_t kernel);
  TransposedConvImpl(int64_t input_channels, int64_t output_channels, int64_t kernel_rows, int64_t kernel_columns);
  void reset() override;
  at::Tensor forward(const at::Tensor& x);

  int64_t input_channels, output_channels, kernel_rows, kernel_columns;
  at::Tensor weight;  ///< [in, out, K, L]
  at::Tensor bias;    ///< [out]
};
TORCH_MODULE(TransposedConv);

/// The CPU route of TransposedConv without the bias, differentiable once: x [N, in, H, W], weight [in, out, K, L].
at::Tensor transposed_conv_through_convolution(const at::Tensor& x, const at::Tensor& weight);

}  // namespace vrkn::nn
