#pragma once

#include <concepts>
#include <utility>
#include <vector>

#include "vrkn/kalman/matrix.h"

// The module at a glance:
//
//   LinearGaussianModel model;                       this file: fill in the parameters
//   Sequences data{observations, controls};          sequences.h: [N, T, O] and [N, T, U], NaN where missing
//   filter(model, data)                              filter.h: beliefs given the past, innovations, log densities
//   log_likelihood(model, data)                      filter.h: log p(o) of every sequence, without keeping beliefs
//   smooth(model, data)                              smoother.h: the marginal belief of every step given everything
//   lag_one_covariance, smoothed_dynamics            smoother.h: pairs of neighbouring states
//   sample(model, N, T, seed), sample_posterior      sample.h
//   fit_em(start, data, learned), fit_gradient       fit.h: maximum likelihood for any elements of the parameters
//   Learned                                          learned.h: which elements a fit may change, and how they are tied
//   standard_errors(model, data, learned)            standard_errors.h: of what a fit found
//   structural({.trend = true, .seasonal = 12}, ..)  structural.h: level, trend, season, autoregression in one line
//   KalmanFilter                                     kalman_filter.h: one belief in a control loop, without allocation
namespace vrkn::kalman {

/// A parameter that is one for all steps, or one for each. Entry t of the transition's parameters is the one that leads
/// INTO step t, as with actions; their entry 0 is never used.
template <class Value>
struct PerStep {
  std::vector<Value> values = {};  ///< none, 1 or T

  /// No entry: the parameter is left empty.
  PerStep() = default;
  /// From a value, or what Eigen computes one by.
  template <std::convertible_to<Value> Constant>
  PerStep(Constant&& constant) {
    values.push_back(std::forward<Constant>(constant));
  }
  /// One entry for each step.
  PerStep(std::vector<Value> each_step) : values(std::move(each_step)) {}

  /// Whether there is no entry, and whether there is one for all steps.
  bool empty() const { return values.empty(); }
  bool is_constant() const { return values.size() == 1; }
  /// The entry of step t, 0 <= t < T. There must be one; neither is checked.
  const Value& at(int64_t t) const { return values[is_constant() ? 0 : static_cast<size_t>(t)]; }
};

/// A linear-Gaussian state space model.
///
///   z_0 ~ N(m0, P0 + kappa P_inf),   kappa -> infinity where the start is diffuse
///   z_t = A_t z_{t-1} + B_t u_t + b_t + N(0, Q_t)
///   o_t = C_t z_t + D_t u_t + d_t + N(0, R_t)
///
/// Sizes: state Z, observation O, control U. Offsets and control matrices may be left empty: they are then zero.
/// Every R_t must be positive definite. P0 and the Q_t may be semidefinite: directions that are known, or move without
/// noise.
///
/// A diffuse start says that nothing is known of some directions of z_0, those in the range of P_inf: the identity for
/// the whole state, ones and zeros on the diagonal for some components. Everything is then the limit for kappa ->
/// infinity, computed exactly, not with a large number (Koopman 1997; Durbin and Koopman 2012, Chapter 5).
struct LinearGaussianModel {
  Vector initial_mean = {};                ///< m0 [Z]
  Matrix initial_covariance = {};          ///< P0 [Z, Z]
  Matrix initial_diffuse = {};             ///< P_inf [Z, Z], or empty: nothing is diffuse
  PerStep<Matrix> transition = {};         ///< A_t [Z, Z]
  PerStep<Vector> state_offset = {};       ///< b_t [Z], or empty
  PerStep<Matrix> state_control = {};      ///< B_t [Z, U], or empty
  PerStep<Matrix> process_noise = {};      ///< Q_t [Z, Z], a covariance
  PerStep<Matrix> emission = {};           ///< C_t [O, Z]
  PerStep<Vector> emission_offset = {};    ///< d_t [O], or empty
  PerStep<Matrix> emission_control = {};   ///< D_t [O, U], or empty
  PerStep<Matrix> observation_noise = {};  ///< R_t [O, O], a covariance

  /// Z, and O.
  int64_t state_size() const { return initial_mean.size(); }
  int64_t observation_size() const { return emission.empty() ? 0 : emission.values.front().rows(); }
  /// Whether P_inf is there and not zero.
  bool has_diffuse_start() const;
  /// U; 0 for a model without controls.
  int64_t control_size() const;

  /// Throws ShapeError when sizes disagree, or a parameter has neither 1 nor `steps` entries; ConfigError when a number
  /// is not finite, a covariance is not symmetric (to 1e-9 of its largest entry) or not (semi)definite.
  void validate(int64_t steps) const;
};

}  // namespace vrkn::kalman
