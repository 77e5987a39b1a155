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

/// The same in three parts, where every model begins in several states and goes on in several ways from each. These are
/// estimates with the right mean, so that means over many of them can be compared; a single `state` or `epistemic` may
/// come out below 0.
struct NestedVarianceParts {
  at::Tensor mean;
  at::Tensor transition;  ///< >= 0: of the outcomes of one model from one state
  at::Tensor state;       ///< of their means, by the state
  at::Tensor epistemic;   ///< of these, by the model
};

/// The law of total variance twice, of M models, K states and R ways, outcomes y_mkr:
///
///   transition = mean over m, k of the sample variance over r
///   state      = within - transition / R,   within = mean over m of the sample variance over k of the means over r
///   epistemic  = between - within / K,      between = sample variance over m of the means over k and r
///
/// With M = 1 epistemic is exactly 0. outcomes [B, M, K, R, ...], K and R >= 2; result [B, ...]. Throws ShapeError for
/// fewer.
NestedVarianceParts nested_variance(const at::Tensor& outcomes);

}  // namespace vrkn::math
