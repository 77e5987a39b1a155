#include "vrkn/kalman/matrix.h"

#include <cmath>
#include <limits>
#include <string>

#include <Eigen/Dense>

#include "vrkn/core/error.h"

namespace vrkn::kalman {

Matrix symmetric_part(const Matrix& matrix) {
  return 0.5 * (matrix + matrix.transpose());
}

Cholesky cholesky(const Matrix& matrix) {
  const int64_t size = matrix.rows();
  Cholesky result{.lower = Matrix::Zero(size, size), .is_definite = true, .is_semidefinite = true};
  Matrix& L = result.lower;
  for (int64_t j = 0; j < size; ++j) {
    double pivot = matrix(j, j);
    for (int64_t k = 0; k < j; ++k) pivot -= L(j, k) * L(j, k);
    const double rounding = static_cast<double>(size) * std::numeric_limits<double>::epsilon() * std::abs(matrix(j, j));
    if (!(pivot > rounding)) {
      result.is_definite = false;
      // Where a direction has no variance, it has no covariance with the others either.
      bool is_zero = pivot >= -rounding;
      for (int64_t i = j + 1; i < size && is_zero; ++i) {
        double rest = matrix(i, j);
        for (int64_t k = 0; k < j; ++k) rest -= L(i, k) * L(j, k);
        is_zero = std::abs(rest) <= 1e-7 * std::sqrt(std::abs(matrix(i, i) * matrix(j, j)));
      }
      result.is_semidefinite = result.is_semidefinite && is_zero;
      continue;
    }
    L(j, j) = std::sqrt(pivot);
    for (int64_t i = j + 1; i < size; ++i) {
      double rest = matrix(i, j);
      for (int64_t k = 0; k < j; ++k) rest -= L(i, k) * L(j, k);
      L(i, j) = rest / L(j, j);
    }
  }
  return result;
}

Matrix solve_definite(const Matrix& matrix, const Matrix& right, const char* name) {
  const auto [L, is_definite, is_semidefinite] = cholesky(matrix);
  if (!is_definite) throw NumericalError(std::string(name) + " is not positive definite");
  Matrix X = right;
  L.triangularView<Eigen::Lower>().solveInPlace(X);
  L.transpose().triangularView<Eigen::Upper>().solveInPlace(X);
  return X;
}

}  // namespace vrkn::kalman
