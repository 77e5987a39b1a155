#pragma once

#include <cstdint>

#include <Eigen/Core>

namespace vrkn::kalman {

using Vector = Eigen::VectorXd;
/// Row after row, as arrays of NumPy are and as the recursions read them. Eigen's other matrices convert to it.
using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// (M + M^T) / 2, for square M.
Matrix symmetric_part(const Matrix& matrix);

/// Lower triangular L with L L^T = `matrix`, which must be symmetric positive semidefinite; only its lower triangle is
/// read. A direction without variance gives a zero column, which Eigen's factorisations do not: a pivot counts as zero
/// when it is below `rows` roundings of its diagonal entry. `is_semidefinite` is false when a pivot is negative beyond
/// that or not a number.
struct Cholesky {
  Matrix lower;
  bool is_definite = false;      ///< every pivot positive
  bool is_semidefinite = false;  ///< no pivot negative
};
Cholesky cholesky(const Matrix& matrix);

/// X with `matrix` X = `right`, for symmetric positive definite `matrix`, by its Cholesky factor.
/// Throws NumericalError, naming `name`, when the matrix is not positive definite.
Matrix solve_definite(const Matrix& matrix, const Matrix& right, const char* name);

}  // namespace vrkn::kalman
