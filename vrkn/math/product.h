#pragma once

#include <ATen/core/Tensor.h>

namespace vrkn::math {

/// Whether float32 matrices on the CPU are multiplied by oneDNN's sgemm: where LibTorch brings oneDNN along, lets it be
/// seen and has not been told to do without (at::Context::setUserEnabledMkldnn). With the few hundred rows and columns
/// of a model's layers it comes nearer to the processor's peak than OpenBLAS does (docs/performance.md).
bool onednn_multiplies();

/// a b [m, n] of a [m, k] and b [k, n], of equal type and on one device, in any strides; by oneDNN where it multiplies,
/// else by at::mm. Not differentiable: automatic differentiation does not see inside. affine() (vrkn/nn/affine.h) is.
at::Tensor product(const at::Tensor& a, const at::Tensor& b);

/// sum + a b, for a sum [m, n] or [n].
at::Tensor add_product_to(const at::Tensor& sum, const at::Tensor& a, const at::Tensor& b);

}  // namespace vrkn::math
