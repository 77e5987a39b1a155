#pragma once

#include <ATen/core/Tensor.h>

namespace vrkn::study {

/// The generative model that the study learns: p(z_0) = N(0, I), p(z_t | z_{t-1}) = N(A z_{t-1}, q I) and p(o_t | z_t)
/// = N(z_t, r I) with known r. Double.
struct LearnedDynamics {
  at::Tensor transition_matrix;   ///< A [Z, Z]
  at::Tensor log_transition_var;  ///< log q []
};

/// An inference distribution that is locally linear and Gaussian: given a sequence of observations, the states form the
/// chain
///
///   q(z_0) = N(m, L_0 L_0^T),   q(z_t | z_{t-1}) = N(F_t z_{t-1} + b_t, L_t L_t^T).
///
/// What the sequence may say about which step (all of it, its future, the present only) is up to whoever makes the
/// chain. Its expectations are exact: nothing is sampled. Axes of batch and time may have size 1 where F and L are the
/// same for all.
struct ConditionalChain {
  at::Tensor first_mean;  ///< m [N, Z]
  at::Tensor first_root;  ///< L_0 [N or 1, Z, Z], lower triangular, positive diagonal
  at::Tensor factor;      ///< F [N or 1, T-1 or 1, Z, Z], entry t leading to step t + 1
  at::Tensor offset;      ///< b [N, T-1, Z]
  at::Tensor root;        ///< L [N or 1, T-1 or 1, Z, Z], lower triangular, positive diagonal
};

/// The belief about every state on its own.
struct Marginals {
  at::Tensor mean;        ///< [N, T, Z]
  at::Tensor covariance;  ///< [N or 1, T, Z, Z]
};

/// q(z_t | o) of a chain, by the recursion of mean and covariance. Differentiable.
Marginals marginals(const ConditionalChain& chain);

/// The evidence lower bound of every sequence, nats [N] (Eq. 3 and 4: they differ only in what the chain may know),
///
///   sum_t E_q log p(o_t | z_t) - KL(q(z_0) || p(z_0)) - sum_{t>0} E_q KL(q(z_t | z_{t-1}) || p(z_t | z_{t-1})).
///
/// observations [N, T, Z]. Differentiable in chain and dynamics.
at::Tensor lower_bound(const ConditionalChain& chain, const LearnedDynamics& dynamics, double observation_var,
                       const at::Tensor& observations);

/// log N(x_t | mean_t, covariance_t) of every step [N, T]; x [N, T, Z].
at::Tensor log_prob(const Marginals& beliefs, const at::Tensor& x);

/// (x_t - mean_t)^T covariance_t^{-1} (x_t - mean_t) / Z [N, T], the normalised estimation error squared: 1 on average
/// where the beliefs are as uncertain as they should be, more where they are too sure of themselves (Bar-Shalom et al.
/// 2001, Section 5.4).
at::Tensor normalised_error(const Marginals& beliefs, const at::Tensor& x);

}  // namespace vrkn::study
