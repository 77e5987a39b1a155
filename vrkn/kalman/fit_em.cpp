#include <cmath>

#include "vrkn/kalman/fit.h"

namespace vrkn::kalman {
namespace {

// [M offset]
Matrix joined(const Matrix& M, const PerStep<Vector>& offset) {
  Matrix result(M.rows, M.cols + 1);
  for (int64_t i = 0; i < M.rows; ++i) {
    for (int64_t j = 0; j < M.cols; ++j) result(i, j) = M(i, j);
    if (!offset.empty()) result(i, M.cols) = offset.at(0)[i];
  }
  return result;
}

Matrix block(const Matrix& matrix, int64_t rows, int64_t first_col, int64_t cols) {
  Matrix result(rows, cols);
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j < cols; ++j) result(i, j) = matrix(i, first_col + j);
  }
  return result;
}

// The regression's new coefficients, where `matrix` and `offset` say which parts may change. The noise's covariance
// does not matter for them, since every row of coefficients may change.
void regress(const RegressionStatistics& s, bool learn_matrix, bool learn_offset, Matrix& matrix,
             PerStep<Vector>& offset, const char* name) {
  const int64_t X = matrix.cols, Y = matrix.rows;
  Matrix coefficients = joined(matrix, offset);
  if (learn_matrix && learn_offset) {
    coefficients = transpose(solve_definite(s.inputs, transpose(s.cross), name));
  } else if (learn_matrix) {
    // (cross - offset * sum of x^T) (sum of x x^T)^-1
    const Matrix held = block(coefficients, Y, X, 1) * transpose(block(s.inputs, X, X, 1));
    const Matrix target = block(s.cross, Y, 0, X) - held;
    matrix = transpose(solve_definite(block(s.inputs, X, 0, X), transpose(target), name));
    return;
  } else if (learn_offset) {
    const Matrix rest = block(s.cross, Y, X, 1) - matrix * block(s.inputs, X, X, 1);
    for (int64_t i = 0; i < Y; ++i) coefficients(i, X) = rest(i, 0) / s.count;
  } else {
    return;
  }
  matrix = block(coefficients, Y, 0, X);
  offset = block(coefficients, Y, X, 1).values;
}

}  // namespace

LinearGaussianModel m_step(const LinearGaussianModel& model, const ExpectedStatistics& statistics,
                           const Learned& learned) {
  const auto& [log_likelihood, N, sum, square, dynamics, emission] = statistics;
  LinearGaussianModel best = model;
  if (learned.initial_mean) {
    for (size_t i = 0; i < sum.size(); ++i) best.initial_mean[i] = sum[i] / N;
  }
  if (learned.initial_covariance) {
    Matrix spread = square;  // sum of E[(z_0 - m0)(z_0 - m0)^T]
    const Vector& m = best.initial_mean;
    for (int64_t i = 0; i < spread.rows; ++i) {
      for (int64_t j = 0; j < spread.cols; ++j) spread(i, j) += N * m[i] * m[j] - sum[i] * m[j] - m[i] * sum[j];
    }
    best.initial_covariance = in_form(symmetric_part(1.0 / N * spread), learned.initial_form);
  }
  if (learned.dynamics()) {
    Matrix& A = best.transition.values[0];
    regress(dynamics, learned.transition, learned.state_offset, A, best.state_offset, "the states' second moment");
    if (learned.process_noise) {
      const Matrix residual = dynamics.residual(joined(A, best.state_offset));
      best.process_noise = in_form(1.0 / dynamics.count * residual, learned.process_form);
    }
  }
  if (learned.emissions()) {
    Matrix& C = best.emission.values[0];
    regress(emission, learned.emission, learned.emission_offset, C, best.emission_offset, "the states' second moment");
    if (learned.observation_noise) {
      const Matrix residual = emission.residual(joined(C, best.emission_offset));
      best.observation_noise = in_form(1.0 / emission.count * residual, learned.observation_form);
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
