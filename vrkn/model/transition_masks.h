#pragma once

#include <ATen/core/Tensor.h>

namespace vrkn::model {

/// The Monte Carlo dropout masks of a transition network: one draw of its weights (Gal and Ghahramani 2016). All models
/// have them at the same three places. Undefined tensors: no dropout, the MAP weights.
struct TransitionMasks {
  at::Tensor input;   ///< [..., H], after the hidden layer that reads state and action
  at::Tensor gate;    ///< [..., Z or D], after the gated unit
  at::Tensor hidden;  ///< [..., H], after the hidden layer behind the gated unit

  bool defined() const { return input.defined(); }
};

/// x * mask; x itself where there is no mask.
at::Tensor masked(const at::Tensor& x, const at::Tensor& mask);
/// The same of a tensor that nobody else reads: in place where no gradients are wanted.
at::Tensor masked_own(at::Tensor x, const at::Tensor& mask);

/// The masks at index `t` of their first axis: of [T, B, ...] those of step t.
TransitionMasks at_step(const TransitionMasks& masks, int64_t t);

}  // namespace vrkn::model
