#pragma once

#include "vrkn/kalman/sequences.h"

namespace vrkn::kalman {

/// What the filter finds out about every step.
struct Filtered {
  Beliefs predicted;  ///< p(z_t | o_{<t}), the prior
  Beliefs belief;     ///< p(z_t | o_{<=t}), the marginal belief of every step
  Series innovation;  ///< o_t - C_t m^-_t - D_t u_t - d_t [N, T, O], NaN where missing
  /// log p(o_t | o_{<t}) of the observed components [N, T, 1]: how well one step ahead was predicted.
  Series log_density;

  /// log p(o_{0:T-1}) of every sequence [N], the sum of its log densities.
  Vector log_likelihood() const;
};

/// How to compute; no choice changes a result by more than rounding.
struct ComputeOptions {
  int threads = 0;  ///< >= 0; 0: one per processor
  /// Let sequences that miss the same components share their covariances, which are then computed once.
  bool share_covariances = true;
};

/// The Kalman filter (Kalman 1960), for all sequences.
///
///   m^-_t = A m_{t-1} + B u_t + b,   P^-_t = A P_{t-1} A^T + Q
///   S = C P^- C^T + R,   K = P^- C^T S^-1   (by Cholesky factors, without an inverse)
///   m_t = m^-_t + K (o_t - C m^-_t - D u_t - d),   P_t = (I - K C) P^-_t (I - K C)^T + K R K^T   (Joseph)
///
/// A component that was not observed has a gain of 0. When all sequences miss the same components (or none), they share
/// the covariances, which then come as [1, T, Z, Z].
/// With a diffuse start, the first steps are those of the exact initial filter (Durbin and Koopman 2012, Section 5.2):
/// the beliefs have a part `diffuse`, and a log density is the limit of log p(o_t | o_{<t}) + (r / 2) log kappa, r
/// being the number of diffuse directions that o_t fixes. It counts -log(2 pi) / 2 for every observation, the diffuse
/// ones too, as Durbin and Koopman (2012, Section 7.2.2) and statsmodels with `use_exact_diffuse` do; R's KFAS leaves
/// it out for those. Throws what validate() throws; NumericalError when S is not positive definite in double precision.
Filtered filter(const LinearGaussianModel& model, const Sequences& data, const ComputeOptions& options = {});

/// log p(o_{0:T-1} | model) of every sequence [N]; missing components are integrated out. The same recursion, without
/// keeping beliefs. With a diffuse start it is the diffuse log-likelihood, the sum of the log densities of filter().
/// Throws as filter().
Vector log_likelihood(const LinearGaussianModel& model, const Sequences& data, const ComputeOptions& options = {});

}  // namespace vrkn::kalman
