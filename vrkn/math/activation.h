#pragma once

#include <ATen/core/Tensor.h>

namespace vrkn::math {

/// low + (high - low) * sigmoid(x + shift), with the shift for which the value at x = 0 is `at_zero`.
/// Needs low < at_zero < high. Source: VRKN paper, Section 3.2 (the transition factors A_t).
at::Tensor bounded_sigmoid(const at::Tensor& x, double low, double high, double at_zero);

/// floor + softplus(x + shift), with the shift for which the value at x = 0 is `at_zero`. Needs floor < at_zero.
at::Tensor floored_softplus(const at::Tensor& x, double floor, double at_zero);

}  // namespace vrkn::math
