#pragma once

#include "vrkn/kalman/smoother.h"

namespace vrkn::kalman {

/// Expected second moments of a linear regression y = A x + b + noise: with inputs extended by a constant, x' = [x; 1].
struct RegressionStatistics {
  double count = 0.0;  ///< pairs (x, y) that are summed: of steps and sequences
  Matrix inputs;       ///< sum of E[x' x'^T] [X+1, X+1]
  Matrix cross;        ///< sum of E[y x'^T] [Y, X+1]
  Matrix targets;      ///< sum of E[y y^T] [Y, Y]

  RegressionStatistics() = default;
  /// Of no pairs, for x [X] and y [Y].
  RegressionStatistics(int64_t input_size, int64_t target_size);
  /// Adds the sums over other pairs, of the same sizes.
  void add(const RegressionStatistics& other);
  /// Sum of E[(y - A x - b)(y - A x - b)^T] [Y, Y], for `coefficients` = [A b] [Y, X+1].
  Matrix residual(const Matrix& coefficients) const;
};

/// The coefficients [A b] [Y, X+1] of a regression with A [Y, X] and a constant b [Y]; an empty offset is zero.
Matrix coefficients(const Matrix& matrix, const PerStep<Vector>& offset);

/// All that learning needs to know of the data: sums, over all sequences and steps, of expectations under the smoother.
struct ExpectedStatistics {
  double log_likelihood = 0.0;  ///< of all sequences together
  double sequences = 0.0;       ///< N
  Vector initial_sum = {};      ///< sum of E[z_0] [Z]
  Matrix initial_square = {};   ///< sum of E[z_0 z_0^T] [Z, Z]
  /// x = z_{t-1}, y = z_t - B u_t, for t = 1 ... T-1.
  RegressionStatistics dynamics = {};
  /// x = z_t, y = o_t - D u_t, for the steps at which something was observed. Components that are missing there are
  /// latent: their moments are those of o_t given z_t and the observed components.
  RegressionStatistics emission = {};
};

/// Smooths and sums up. Needs memory for the beliefs of eight sequences per thread where they do not share
/// covariances. Throws what smooth() throws.
ExpectedStatistics e_step(const LinearGaussianModel& model, const Sequences& data, const ComputeOptions& options = {});

}  // namespace vrkn::kalman
