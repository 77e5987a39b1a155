#pragma once

#include <span>

#include <ATen/core/Tensor.h>

#include "vrkn/math/gaussian.h"
#include "vrkn/model/transition_masks.h"

namespace vrkn::model {

/// What a model believes of the latent state: a diagonal Gaussian, one sample of it, and the deterministic memory of
/// models that have one. The caller owns it; models take a belief and return a new one.
///
/// Rollouts carry two chains: `sample`, each drawn from the dynamics at the sample before, and `mean`, the point at
/// which the dynamics are linearised.
struct Belief {
  at::Tensor mean;    ///< [..., Z]
  at::Tensor var;     ///< [..., Z], > 0
  at::Tensor sample;  ///< [..., Z]
  at::Tensor memory;  ///< [..., D]; undefined where the model has none
  /// The draw of the transition network's weights that this chain of beliefs follows; undefined where every
  /// step has a draw of its own.
  TransitionMasks masks = {};

  math::DiagonalGaussian moments() const { return {mean, var}; }
};

/// Every row `count` >= 1 times in a row: [B, ...] -> [B * count, ...]. For planning with many candidates per state.
Belief repeat_rows(const Belief& belief, int64_t count);

/// Sequences of beliefs as rows: [B, T, ...] -> [B * T, ...].
Belief flatten_sequences(const Belief& belief);

/// The rows first ... first + count - 1: [B, ...] -> [count, ...]. first + count <= B, else LibTorch's own error
/// (c10::Error).
Belief rows(const Belief& belief, int64_t first, int64_t count);

/// At least one belief, as the rows of one, in their order: [B_i, ...] -> [sum of B_i, ...]. It carries no draw of the
/// weights.
Belief join_rows(std::span<const Belief> beliefs);

/// The same belief at the beginning of a chain of its own: it carries no draw of the weights.
Belief new_chain(Belief belief);

/// The same belief, its mean in the place of its sample.
Belief at_mean(Belief belief);

/// The same belief, cut off from the graph that made it.
Belief detach(const Belief& belief);

}  // namespace vrkn::model
