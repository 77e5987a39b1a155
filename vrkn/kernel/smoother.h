#pragma once

namespace vrkn::kernel {

// What follows a diagonal Kalman filter over whole sequences when a model learns (vrkn/math/kalman.h): the smoother,
// one sample of what it believes, and the two distributions of every state given the sample before it. Backwards over
// the steps, for t < T-1 with everything of t+1 known,
//
//   share = P / P^-',   C = share A,   V = share Q,
//   m^s = m + C (m^s' - m^-'),   P^s = V + C^2 P^s',   s = sqrt(P^s) noise,   z = m^s + s,
//   q' = N(m^s' + C P^s'/P^s s, V P^s'/P^s),   p' = N(A z + b, Q),
//
// ' marking t+1. At t = T-1 the smoother's belief is the filter's; at t = 0 q is the belief and p the filter's prior.
// RecurrentKernels (recurrent.h) has the functions. Arrays are contiguous, [rows, steps, size] unless said otherwise;
// results never overlap arguments. Real is float or double.

/// What the filter left, or its gradients.
template <class Real>
struct FilteredArrays {
  Real *mean, *var;                   ///< m, P
  Real *prior_mean, *prior_var;       ///< m^-, P^-
  Real *factor, *offset, *noise_var;  ///< A, b, Q [rows, steps - 1, size], entry t leading from t to t + 1
};

/// What is made of it, or the gradients of that.
template <class Real>
struct SmoothedArrays {
  Real *mean, *var, *state;              ///< m^s, P^s, z
  Real *inferred_mean, *inferred_var;    ///< of q
  Real *predicted_mean, *predicted_var;  ///< of p
};

}  // namespace vrkn::kernel
