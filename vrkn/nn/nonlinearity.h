#pragma once

#include <string_view>

#include <ATen/core/Tensor.h>

namespace vrkn::nn {

/// ELU: x where x > 0, else exp(x) - 1. ReLU: max(x, 0).
enum class Nonlinearity { kElu, kRelu };

/// "elu" or "relu". Throws ConfigError on anything else.
Nonlinearity nonlinearity_from(std::string_view name);

/// Applies it in place: `x` is overwritten, so nobody else may read it.
at::Tensor activate(Nonlinearity nonlinearity, at::Tensor x);

}  // namespace vrkn::nn
