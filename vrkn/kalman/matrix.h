#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace vrkn::kalman {

using Vector = std::vector<double>;

/// A small dense matrix, row after row.
struct Matrix {
  int64_t rows = 0;
  int64_t cols = 0;
  std::vector<double> values = {};  ///< rows * cols, entry (i, j) at i * cols + j

  Matrix() = default;
  /// All zeros.
  Matrix(int64_t row_count, int64_t col_count);
  /// From rows of equal length: {{1, 0}, {0, 1}}. Throws ShapeError when the lengths differ.
  Matrix(std::initializer_list<std::initializer_list<double>> entries);

  double& operator()(int64_t i, int64_t j) { return values[static_cast<size_t>(i * cols + j)]; }
  double operator()(int64_t i, int64_t j) const { return values[static_cast<size_t>(i * cols + j)]; }
  bool operator==(const Matrix&) const = default;
};

/// The identity times `scale`, [size, size].
Matrix scaled_identity(int64_t size, double scale = 1.0);
/// The matrix with this diagonal and zeros elsewhere.
Matrix diagonal_matrix(const Vector& diagonal);
Matrix transpose(const Matrix& matrix);
Matrix operator*(const Matrix& left, const Matrix& right);
Vector operator*(const Matrix& left, const Vector& right);
Matrix operator+(const Matrix& left, const Matrix& right);
Matrix operator-(const Matrix& left, const Matrix& right);
Matrix operator*(double scale, const Matrix& matrix);
/// (M + M^T) / 2, for square M.
Matrix symmetric_part(const Matrix& matrix);

/// Lower triangular L with L L^T = `matrix`, which must be symmetric positive semidefinite; only its lower triangle is
/// read. A direction without variance gives a zero column: a pivot counts as zero when it is below `rows` roundings of
/// its diagonal entry. `is_semidefinite` is false when a pivot is negative beyond that or not a number.
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
