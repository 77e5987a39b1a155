#pragma once

#include <optional>

#include <ATen/core/Tensor.h>

namespace vrkn::study {

/// The state space model of the paper's Section 2.2: no actions, everything isotropic but the transition matrix,
///
///   z_0 ~ N(0, I),   z_t = A z_{t-1} + N(0, q I),   o_t = z_t + N(0, r I).
struct IsotropicModel {
  at::Tensor transition_matrix;    ///< A, double [Z, Z]
  double transition_var = 0.01;    ///< q > 0
  double observation_var = 0.025;  ///< r > 0
};

/// Where the RSSM bound (Eq. 4) has its maximum over the transition matrix, the transition variance and all
/// linear-Gaussian q(z_t | z_{t-1}, o_t) = N(F z_{t-1} + G o_t, S), the same at every t >= 1, and q(z_0 | o_0).
struct RssmOptimum {
  at::Tensor transition_matrix;  ///< what the model learns in place of A
  double transition_var = 0.0;   ///< ... and in place of q
  double bound = 0.0;            ///< nats per sequence; of the stationary limit: nats per step
  double log_prob = 0.0;         ///< mean log-density of the true states under the beliefs, nats per step
  double distance = 0.0;         ///< Frobenius distance of the transition matrices
  double gradient_norm = 0.0;    ///< largest component of the gradient where the search ended: nats
};

/// The optimum for sequences of `length` >= 2 observations drawn from `truth`, as expectations under it: no data, no
/// random numbers.
RssmOptimum rssm_optimum(const IsotropicModel& truth, int64_t length);

/// The limit of infinitely long sequences, where every step weighs the same and the first none. Nothing when the true
/// model has no stationary distribution: a transition matrix with an eigenvalue of modulus 1 or more.
std::optional<RssmOptimum> stationary_rssm_optimum(const IsotropicModel& truth);

}  // namespace vrkn::study
