#pragma once

#include <ATen/core/Tensor.h>

namespace vrkn::math {

/// The variance of a quantity in two parts: what remains when one knows which model is right, and what comes from not
/// knowing it.
struct VarianceParts {
  at::Tensor mean;
  at::Tensor aleatoric;  ///< >= 0
  at::Tensor epistemic;  ///< >= 0
};

/// The law of total variance, estimated from M draws of the model and K outcomes y_mk under each:
///
///   Var[y] = E_m[Var_k(y)] + Var_m[E_k(y)]
///
///   within    = mean over m of the sample variance over k
///   between   = sample variance over m of the means over k
///   aleatoric = within,   epistemic = max(between - within / K, 0)
///
/// The means over k scatter even where all models agree, by within / K on average; without subtracting that, epistemic
/// would hold a share of the aleatoric variance. The difference has the right mean; cutting it off at 0, so that it is
/// a variance, lifts it a little where the true value is near 0. With M = 1 epistemic is exactly 0.
///
/// outcomes [B, M, K, ...], K >= 2; result [B, ...]. Throws ShapeError for K < 2.
VarianceParts total_variance(const at::Tensor& outcomes);

}  // namespace vrkn::math
