#pragma once

#include <string_view>

#include <ATen/core/Tensor.h>

namespace vrkn::nn {

enum class Nonlinearity { kElu, kRelu };

/// "elu" or "relu". Throws ConfigError on anything else.
Nonlinearity nonlinearity_from(std::string_view name);

/// Applies it to a tensor that nobody else reads: in place where autograd allows.
at::Tensor activate(Nonlinearity nonlinearity, at::Tensor x);

}  // namespace vrkn::nn
