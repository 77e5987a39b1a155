#pragma once

#include <ATen/core/Tensor.h>

#include "vrkn/math/gaussian.h"
#include "vrkn/math/kalman.h"

namespace vrkn::nn {

/// What a model learns from, made of a filtered sequence, all [B, T, Z].
struct SmoothedStates {
  math::DiagonalGaussian belief;     ///< p(z_t | o_{<=T})
  at::Tensor state;                  ///< a sample of it
  math::DiagonalGaussian inferred;   ///< q(z_t | state_{t-1}, o); at t = 0 the belief
  math::DiagonalGaussian predicted;  ///< p(z_t | state_{t-1}); at t = 0 the prior
};

/// smooth() of vrkn/math/kalman.h, a sample of each belief, smoothed_dynamics() and conditional() at the samples, in
/// one pass over the sequences and with hand-derived gradients (vrkn/kernel/smoother.h), where can_fuse() of
/// vrkn/nn/fused.h. posterior, prior and noise [B, T, Z], dynamics [B, T-1, Z], T > 1. Differentiable once, except with
/// respect to the noise.
SmoothedStates fused_smooth(const math::DiagonalGaussian& posterior, const math::DiagonalGaussian& prior,
                            const math::LinearDynamics& dynamics, const at::Tensor& noise);

/// What fused_smooth() computes by these functions one after another: its reference, and what serves other tensors.
SmoothedStates smoothed_states(const math::DiagonalGaussian& posterior, const math::DiagonalGaussian& prior,
                               const math::LinearDynamics& dynamics, const at::Tensor& noise);

}  // namespace vrkn::nn
