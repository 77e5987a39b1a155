#pragma once

#include "vrkn/kalman/learned.h"
#include "vrkn/kalman/statistics.h"

namespace vrkn::kalman {

/// Standard errors of the learned parameters, in the shapes of the parameters. Empty: not learned; 0: an element that
/// is fixed.
struct StandardErrors {
  Vector initial_mean = {};        ///< [Z]
  Matrix initial_covariance = {};  ///< [Z, Z], of the elements, as of all covariances
  Matrix transition = {};          ///< [Z, Z]
  Vector state_offset = {};        ///< [Z]
  Matrix process_noise = {};       ///< [Z, Z]
  Matrix emission = {};            ///< [O, Z]
  Vector emission_offset = {};     ///< [O]
  Matrix observation_noise = {};   ///< [O, O]
};

/// Standard errors at `model`, the maximum that a fit with the same `learned` found: square roots of the diagonal of
/// the inverse of the observed information, minus the Hessian of the log-likelihood (Harvey 1989, Section 3.4.5). The
/// Hessian is taken by central differences of the exact gradient, by the parameters that fit_gradient moves, and
/// brought to the parameters themselves by the delta method. Throws what validate(model, data, learned) and smooth()
/// throw; NumericalError, naming a parameter, when the likelihood does not fall in some direction, as at a variance of
/// 0, where parameters can stand in for one another, or away from a maximum.
StandardErrors standard_errors(const LinearGaussianModel& model, const Sequences& data, const Learned& learned,
                               const ComputeOptions& options = {});

}  // namespace vrkn::kalman
