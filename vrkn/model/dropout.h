#pragma once

#include "vrkn/model/state_space_model.h"
#include "vrkn/model/transition_masks.h"

namespace vrkn::model {

/// Monte Carlo dropout in a transition network (paper, Section 3.3): when masks are drawn, and of which sizes.
///
/// Anew at every step, as the paper does; or once per sequence, so that all steps of a training sequence, of an episode
/// or of an imagined trajectory go through the same sampled network. In the second case the belief carries the masks.
struct MonteCarloDropout {
  double rate = 0.0;          ///< 0: none
  bool per_sequence = false;  ///< configuration: dropout_masks = "sequence"
  int64_t hidden_dim = 0;     ///< H of TransitionMasks
  int64_t gate_dim = 0;       ///< Z or D of TransitionMasks

  /// For the step that follows `belief`, [B, ...]: the masks that it carries, else new ones.
  TransitionMasks for_step(const Belief& belief, Sampling sampling) const;
  /// For sequences of actions [B, T, A], with leading [T, B].
  TransitionMasks for_sequences(const at::Tensor& actions, Sampling sampling) const;
  /// What the belief that a step led to has to carry on.
  TransitionMasks carried(const TransitionMasks& masks) const { return per_sequence ? masks : TransitionMasks{}; }

 private:
  /// Rows along the last of the `leading` axes.
  TransitionMasks draw(std::vector<int64_t> leading, math::TensorGenerator& rng, c10::ScalarType dtype) const;
};

}  // namespace vrkn::model
