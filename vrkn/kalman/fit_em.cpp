#include <cmath>

#include "vrkn/kalman/fit.h"

namespace vrkn::kalman {
namespace {

// The regression's new coefficients, where `matrix` and `offset` say which parts may change. The noise's covariance
// does not matter for them, since every row of coefficients may change.
void regress(const RegressionStatistics& s, bool learn_matrix, bool learn_offset, Matrix& matrix,
             PerStep<Vector>& offset, const char* name) {
  const int64_t X = matrix.cols();
  if (learn_matrix && learn_offset) {
    const Matrix found = solve_definite(s.inputs, s.cross.transpose(), name).transpose();
    matrix = found.leftCols(X);
    offset = found.col(X);
  } else if (learn_matrix) {
    // (cross - offset * sum of x^T) (sum of x x^T)^-1
    Matrix target = s.cross.leftCols(X);
    if (!offset.empty()) target -= offset.at(0) * s.inputs.block(0, X, X, 1).transpose();
    matrix = solve_definite(s.inputs.topLeftCorner(X, X), target.transpose(), name).transpose();
  } else if (learn_offset) {
    offset = Vector((s.cross.col(X) - matrix * s.inputs.block(0, X, X, 1)) / s.count);
  }
}

}  // namespace

LinearGaussianModel m_step(const LinearGaussianModel& model, const ExpectedStatistics& statistics,
                           const Learned& learned) {
  const auto& [log_likelihood, N, sum, square, dynamics, emission] = statistics;
  LinearGaussianModel best = model;
  if (learned.initial_mean) best.initial_mean = sum / N;
  if (learned.initial_covariance) {
    const Vector& m = best.initial_mean;
    // sum of E[(z_0 - m0)(z_0 - m0)^T]
    const Matrix spread = square + N * m * m.transpose() - sum * m.transpose() - m * sum.transpose();
    best.initial_covariance = in_form(symmetric_part(spread / N), learned.initial_form);
  }
  if (learned.dynamics()) {
    Matrix& A = best.transition.values[0];
    regress(dynamics, learned.transition, learned.state_offset, A, best.state_offset, "the states' second moment");
    if (learned.process_noise) {
      const Matrix residual = dynamics.residual(coefficients(A, best.state_offset));
      best.process_noise = in_form(residual / dynamics.count, learned.process_form);
    }
  }
  if (learned.emissions()) {
    Matrix& C = best.emission.values[0];
    regress(emission, learned.emission, learned.emission_offset, C, best.emission_offset, "the states' second moment");
    if (learned.observation_noise) {
      const Matrix residual = emission.residual(coefficients(C, best.emission_offset));
      best.observation_noise = in_form(residual / emission.count, learned.observation_form);
    }
  }
  return best;
}

Fit fit_em(const LinearGaussianModel& start, const Sequences& data, const Learned& learned, const FitOptions& options) {
  validate(start, data, learned);
  Fit fit{.model = start};
  for (int64_t iteration = 0;; ++iteration) {
    const ExpectedStatistics statistics = e_step(fit.model, data, options.compute);
    const double value = statistics.log_likelihood;
    const bool is_first = fit.log_likelihood.empty();
    const double gain = is_first ? 0.0 : value - fit.log_likelihood.back();
    fit.log_likelihood.push_back(value);
    fit.converged = !is_first && gain <= options.tolerance * std::abs(value);
    if (fit.converged || iteration == options.max_iterations) return fit;
    fit.model = m_step(fit.model, statistics, learned);
  }
}

}  // namespace vrkn::kalman
