#pragma once

#include <cstdint>
#include <vector>

#include "vrkn/kalman/matrix.h"

namespace vrkn::kalman {

/// One vector per step of every sequence, [N, T, D], the layout of a NumPy array.
struct Series {
  int64_t sequences = 0;            ///< N
  int64_t steps = 0;                ///< T
  int64_t size = 0;                 ///< D
  std::vector<double> values = {};  ///< N * T * D

  Series() = default;
  /// All zeros.
  Series(int64_t sequence_count, int64_t step_count, int64_t vector_size)
      : sequences(sequence_count),
        steps(step_count),
        size(vector_size),
        values(static_cast<size_t>(sequence_count * step_count * vector_size), 0.0) {}

  /// The vector of sequence n at step t [D]; 0 <= n < N, 0 <= t < T, unchecked.
  Eigen::Map<Vector> at(int64_t n, int64_t t) {
    return Eigen::Map<Vector>(values.data() + (n * steps + t) * size, size);
  }
  Eigen::Map<const Vector> at(int64_t n, int64_t t) const {
    return Eigen::Map<const Vector>(values.data() + (n * steps + t) * size, size);
  }
};

/// One matrix per step of every sequence, [N, T, rows, cols]; or, where all sequences have the same, [1, T, rows,
/// cols]: `at` gives the right one either way.
struct MatrixSeries {
  int64_t sequences = 0;  ///< N, or 1 when shared by all sequences
  int64_t steps = 0;
  int64_t rows = 0;
  int64_t cols = 0;
  std::vector<double> values = {};

  MatrixSeries() = default;
  /// All zeros.
  MatrixSeries(int64_t sequence_count, int64_t step_count, int64_t row_count, int64_t col_count)
      : sequences(sequence_count),
        steps(step_count),
        rows(row_count),
        cols(col_count),
        values(static_cast<size_t>(sequence_count * step_count * row_count * col_count), 0.0) {}

  /// Whether all sequences have the same matrices.
  bool is_shared() const { return sequences == 1; }
  /// The matrix of sequence n at step t [rows, cols]; n and t in range, unchecked.
  Eigen::Map<const Matrix> at(int64_t n, int64_t t) const {
    return Eigen::Map<const Matrix>(values.data() + ((is_shared() ? 0 : n) * steps + t) * rows * cols, rows, cols);
  }
};

/// Gaussian beliefs about the state at every step of every sequence.
struct Beliefs {
  Series mean;              ///< [N, T, Z]
  MatrixSeries covariance;  ///< [N or 1, T, Z, Z]
  /// The filter's diffuse part, of the first d steps of a model with a diffuse start [N or 1, d, Z, Z]; d = 0 for other
  /// models and for smoothed beliefs. The covariance is covariance + kappa * diffuse, kappa -> infinity, and the mean
  /// says nothing in the directions of `diffuse`.
  MatrixSeries diffuse = {};
};

}  // namespace vrkn::kalman
