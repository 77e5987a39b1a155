#pragma once

#include <string_view>

#include <ATen/core/Tensor.h>

namespace vrkn::nn {

/// The arithmetic of the convolutions in image networks. Weights, the type of their gradients and what the networks
/// hand out are float32 in either case.
enum class Precision {
  kFloat32,
  kBfloat16  ///< numbers of 8 significant bits between layers, sums in float32
};

/// "float32" or "bfloat16". Throws ConfigError on anything else.
Precision precision_from(std::string_view name);

/// Images or weights [_, _, H, W] as convolutions of that precision read them: bfloat16 with channels last, the order
/// in which its products are fast; unchanged in float32, which leaves other types be. Differentiable.
at::Tensor to_precision(const at::Tensor& tensor, Precision precision);

/// What such convolutions made, for everybody else: bfloat16 back to float32 in the usual order. Differentiable.
at::Tensor from_precision(const at::Tensor& tensor);

}  // namespace vrkn::nn
