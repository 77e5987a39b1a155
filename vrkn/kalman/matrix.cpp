#include "vrkn/kalman/matrix.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <string>

#include "vrkn/core/error.h"

namespace vrkn::kalman {

Matrix::Matrix(int64_t row_count, int64_t col_count)
    : rows(row_count), cols(col_count), values(static_cast<size_t>(row_count * col_count), 0.0) {}

Matrix::Matrix(std::initializer_list<std::initializer_list<double>> entries)
    : rows(static_cast<int64_t>(entries.size())),
      cols(entries.size() == 0 ? 0 : static_cast<int64_t>(entries.begin()->size())) {
  for (const auto& row : entries) {
    if (static_cast<int64_t>(row.size()) != cols) {
      throw ShapeError("a matrix was given a row of " + std::to_string(row.size()) + " numbers after rows of " +
                       std::to_string(cols));
    }
    values.insert(values.end(), row);
  }
}

Matrix scaled_identity(int64_t size, double scale) {
  return diagonal_matrix(Vector(static_cast<size_t>(size), scale));
}

Matrix diagonal_matrix(const Vector& diagonal) {
  const auto size = static_cast<int64_t>(diagonal.size());
  Matrix result(size, size);
  for (int64_t i = 0; i < size; ++i) result(i, i) = diagonal[i];
  return result;
}

Matrix transpose(const Matrix& matrix) {
  Matrix result(matrix.cols, matrix.rows);
  for (int64_t i = 0; i < matrix.rows; ++i) {
    for (int64_t j = 0; j < matrix.cols; ++j) result(j, i) = matrix(i, j);
  }
  return result;
}

Matrix operator*(const Matrix& left, const Matrix& right) {
  assert(left.cols == right.rows);
  Matrix result(left.rows, right.cols);
  for (int64_t i = 0; i < left.rows; ++i) {
    for (int64_t k = 0; k < left.cols; ++k) {
      for (int64_t j = 0; j < right.cols; ++j) result(i, j) += left(i, k) * right(k, j);
    }
  }
  return result;
}

Vector operator*(const Matrix& left, const Vector& right) {
  assert(left.cols == static_cast<int64_t>(right.size()));
  Vector result(static_cast<size_t>(left.rows), 0.0);
  for (int64_t i = 0; i < left.rows; ++i) {
    for (int64_t k = 0; k < left.cols; ++k) result[i] += left(i, k) * right[k];
  }
  return result;
}

Matrix operator+(const Matrix& left, const Matrix& right) {
  assert(left.rows == right.rows && left.cols == right.cols);
  Matrix result = left;
  for (size_t i = 0; i < result.values.size(); ++i) result.values[i] += right.values[i];
  return result;
}

Matrix operator-(const Matrix& left, const Matrix& right) {
  return left + -1.0 * right;
}

Matrix operator*(double scale, const Matrix& matrix) {
  Matrix result = matrix;
  for (double& value : result.values) value *= scale;
  return result;
}

Matrix symmetric_part(const Matrix& matrix) {
  return 0.5 * (matrix + transpose(matrix));
}

Cholesky cholesky(const Matrix& matrix) {
  const int64_t size = matrix.rows;
  Cholesky result{.lower = Matrix(size, size), .is_definite = true, .is_semidefinite = true};
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
  for (int64_t i = 0; i < X.rows; ++i) {
    for (int64_t j = 0; j < X.cols; ++j) {
      for (int64_t k = 0; k < i; ++k) X(i, j) -= L(i, k) * X(k, j);
      X(i, j) /= L(i, i);
    }
  }
  for (int64_t i = X.rows - 1; i >= 0; --i) {
    for (int64_t j = 0; j < X.cols; ++j) {
      for (int64_t k = i + 1; k < X.rows; ++k) X(i, j) -= L(k, i) * X(k, j);
      X(i, j) /= L(i, i);
    }
  }
  return X;
}

}  // namespace vrkn::kalman
