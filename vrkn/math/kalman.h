#pragma once

#include <ATen/core/Tensor.h>

#include "vrkn/math/gaussian.h"

namespace vrkn::math {

// The Kalman filter and the Rauch-Tung-Striebel smoother for diagonal linear-Gaussian state space models
//
//   p(z_{t+1} | z_t) = N(A_t z_t + b_t, Q_t),     p(w_t | z_t) = N(z_t, R_t),     all matrices diagonal,
//
// so that every matrix inverse is a division (VRKN paper, Section 3.2 and 3.4). Pure functions, any leading axes.
// Sizes that do not fit give LibTorch's own error (c10::Error).

/// One step of linear-Gaussian dynamics.
struct LinearDynamics {
  at::Tensor factor;  ///< A [..., Z]
  at::Tensor offset;  ///< b [..., Z]
  at::Tensor var;     ///< Q [..., Z], > 0
};

/// The belief one step later [..., Z]: mean' = A mean + b, var' = A^2 var + Q.
DiagonalGaussian predict(const DiagonalGaussian& posterior, const LinearDynamics& dynamics);

/// The state one step later, given the state: p(z_{t+1} | z_t) = N(A z_t + b, Q). state, result [..., Z].
DiagonalGaussian conditional(const LinearDynamics& dynamics, const at::Tensor& state);

/// Measurement update in Joseph form, which keeps the variance positive under rounding. The VRKN runs it fused with its
/// gradient (vrkn/nn/fused.h); models with full matrices have their own (vrkn/kalman):
///
///   gain = valid * var / (var + obs_var)
///   mean' = mean + gain * (obs - mean),    var' = (1 - gain)^2 * var + gain^2 * obs_var
///
/// obs, obs_var [..., Z], obs_var > 0; valid [..., 1], 1 or 0 in the mean's type. Where valid is 0 the prior is
/// returned unchanged and all gradients are finite.
DiagonalGaussian update(const DiagonalGaussian& prior, const at::Tensor& obs, const at::Tensor& obs_var,
                        const at::Tensor& valid);

/// The innovation obs - prior.mean, and its variance under the model, prior.var + obs_var: [..., Z].
DiagonalGaussian innovation(const DiagonalGaussian& prior, const at::Tensor& obs, const at::Tensor& obs_var);

/// mean^2 / var of an innovation [..., Z], averaged over its elements: [...]. In data of the model itself it is 1 on
/// average. Not finite where a variance is 0.
at::Tensor normalised_innovation_squared(const DiagonalGaussian& innovation);

/// What smoothing a sequence yields, time on axis 1.
struct Smoothed {
  DiagonalGaussian belief;  ///< p(z_t | o_{<=T}) [B, T, Z]
  at::Tensor gain;          ///< C_t = P_t A_t / P^-_{t+1} [B, T-1, Z]
  at::Tensor backward_var;  ///< variance of z_t given z_{t+1} and o_{<=t}: P_t Q_t / P^-_{t+1} [B, T-1, Z]
};

/// Rauch-Tung-Striebel smoothing (Rauch et al. 1965), backwards over axis 1:
///
///   C_t = P_t A_t / P^-_{t+1}
///   m^s_t = m_t + C_t (m^s_{t+1} - m^-_{t+1})
///   P^s_t = P_t + C_t^2 (P^s_{t+1} - P^-_{t+1})
///
/// The variance is computed as P_t Q_t / P^-_{t+1} + C_t^2 P^s_{t+1}, an equal form without a subtraction, which
/// rounding cannot make negative. posterior, prior [B, T, Z], T >= 1 (the prior at t = 0 is not read); dynamics [B,
/// T-1, Z], entry t leading from t to t+1.
Smoothed smooth(const DiagonalGaussian& posterior, const DiagonalGaussian& prior, const LinearDynamics& dynamics);

/// Smoothed dynamics q(z_{t+1} | z_t, o_{>t}) (VRKN paper, Appendix A), from the joint of z_t and z_{t+1} under the
/// smoother, whose cross-covariance is C_t P^s_{t+1}:
///
///   G = C_t P^s_{t+1} / P^s_t,   mean = m^s_{t+1} + G (z_t - m^s_t),   var = P^s_{t+1} - G C_t P^s_{t+1}
///
/// The variance is computed as P^s_{t+1} / P^s_t * backward_var_t, an equal form that stays positive
/// (docs/notation.md). smoothed: as smooth() gave it; state: z_t for t < T-1 [B, T-1, Z]. Returns [B, T-1, Z], entry t
/// for z_{t+1}.
DiagonalGaussian smoothed_dynamics(const Smoothed& smoothed, const at::Tensor& state);

}  // namespace vrkn::math
