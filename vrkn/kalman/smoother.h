#pragma once

#include "vrkn/kalman/filter.h"

namespace vrkn::kalman {

/// Beliefs given all observations, and the backward model that they come from:
///
///   z_t | z_{t+1}, o_{0:T-1}  ~  N(m^s_t + J_t (z_{t+1} - m^s_{t+1}), V_t)
///
/// Everything about pairs of neighbouring states follows from it: their covariance, smoothed dynamics, samples.
struct Smoothed {
  Beliefs belief;                    ///< p(z_t | o_{0:T-1})
  MatrixSeries backward_gain;        ///< J_t [N or 1, T-1, Z, Z], from t+1 to t
  MatrixSeries backward_covariance;  ///< V_t [N or 1, T-1, Z, Z]
  Vector log_likelihood;             ///< log p(o_{0:T-1}) of every sequence [N]
};

/// The Rauch-Tung-Striebel smoother (Rauch, Tung and Striebel 1965), for all sequences, after the filter:
///
///   J_t = P_t A^T (P^-_{t+1})^-1,   m^s_t = m_t + J_t (m^s_{t+1} - m^-_{t+1}),   P^s_t = V_t + J_t P^s_{t+1} J_t^T
///   V_t = (I - J_t A) P_t (I - J_t A)^T + J_t Q J_t^T
///
/// V_t is the posterior covariance of z_t after z_{t+1} has been "observed" through A with noise Q, in Joseph's form,
/// so every covariance is a sum of positive semidefinite matrices. Directions in which P^-_{t+1} has no variance (they
/// exist only where P0 and Q are semidefinite) count as known. With a diffuse start J_t and V_t are limits, which exist
/// where the smoothed belief does. Throws what filter() throws; NumericalError when observations are too few to fix the
/// diffuse part of a state.
Smoothed smooth(const LinearGaussianModel& model, const Sequences& data, const ComputeOptions& options = {});

/// Cov(z_t, z_{t+1} | o_{0:T-1}) = J_t P^s_{t+1} [Z, Z], for sequence n and t in [0, T-2]; the range is unchecked.
Matrix lag_one_covariance(const Smoothed& smoothed, int64_t n, int64_t t);

/// q(z_{t+1} | z_t, o_{0:T-1}) = N(gain z_t + offset, covariance).
struct SmoothedDynamics {
  Matrix gain;        ///< G [Z, Z]
  Vector offset;      ///< [Z]
  Matrix covariance;  ///< [Z, Z]
};

/// The smoothed dynamics from t to t+1 of sequence n, t in [0, T-2], unchecked. By Bayes' rule on the backward model:
/// the update of the belief of z_{t+1} by an "observation" z_t of J_t z_{t+1} with noise V_t, in Joseph's form:
///
///   G = P^s_{t+1} J^T (P^s_t)^-1,   offset = m^s_{t+1} - G m^s_t,
///   covariance = (I - G J) P^s_{t+1} (I - G J)^T + G V G^T
///
/// Throws NumericalError when P^s_t is singular.
SmoothedDynamics smoothed_dynamics(const Smoothed& smoothed, int64_t n, int64_t t);

}  // namespace vrkn::kalman
