#pragma once

#include <cstdint>

#include <Eigen/Core>

namespace vrkn::kalman {

/// A column of numbers [n].
using Vector = Eigen::VectorXd;
/// Row after row, as arrays of NumPy are and as the recursions read them. Eigen's other matrices convert to it.
using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// (M + M^T) / 2, for M [n, n].
Matrix symmetric_part(const Matrix& matrix);

/// Lower triangular L [n, n] with L L^T = `matrix` [n, n], which must be symmetric positive semidefinite; only its
/// lower triangle is read. A direction without variance gives a zero column, which Eigen's factorisations do not: a
/// pivot counts as zero when it is below `rows` roundings of its diagonal entry. `is_semidefinite` is false when a
/// pivot is negative beyond that or not a number, and when entry i below a zero pivot j leaves a rest of more than 1e-7
/// sqrt(M_ii M_jj).
struct Cholesky {
  Matrix lower;
  bool is_definite = false;      ///< every pivot positive, beyond rounding
  bool is_semidefinite = false;  ///< no pivot negative, no rest below a zero pivot
};
Cholesky cholesky(const Matrix& matrix);

/// X [n, k] with `matrix` X = `right` [n, k], for symmetric positive definite `matrix` [n, n], by its Cholesky factor.
/// Throws NumericalError, naming `name`, when the matrix is not positive definite.
Matrix solve_definite(const Matrix& matrix, const Matrix& right, const char* name);

}  // namespace vrkn::kalman
