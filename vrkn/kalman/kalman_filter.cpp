#include "vrkn/kalman/kalman_filter.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "vrkn/core/error.h"
#include "vrkn/core/log_two_pi.h"

namespace vrkn::kalman {
namespace {

void check_size(const Matrix& matrix, int64_t rows, int64_t cols, const char* name) {
  if (matrix.rows() != rows || matrix.cols() != cols) {
    throw ShapeError(std::string(name) + " has size " + std::to_string(matrix.rows()) + " x " +
                     std::to_string(matrix.cols()) + "; expected " + std::to_string(rows) + " x " +
                     std::to_string(cols));
  }
}

void check_offset(const Vector& offset, int64_t size, const char* name) {
  if (offset.size() != 0 && offset.size() != size) {
    throw ShapeError(std::string(name) + " has " + std::to_string(offset.size()) + " entries; expected " +
                     std::to_string(size));
  }
}

// The products below are loops, for Eigen's, of sizes that are known only now, take three times as long.

// C = A B, [rows, inner] times [inner, cols].
void multiply(const double* A, const double* B, int64_t rows, int64_t inner, int64_t cols, double* C) {
  std::fill(C, C + rows * cols, 0.0);
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t k = 0; k < inner; ++k) {
      for (int64_t j = 0; j < cols; ++j) C[i * cols + j] += A[i * inner + k] * B[k * cols + j];
    }
  }
}

// C += A B^T where the result is symmetric, A and B [size, inner].
void add_symmetric(const double* A, const double* B, int64_t size, int64_t inner, double* C) {
  for (int64_t i = 0; i < size; ++i) {
    for (int64_t j = 0; j <= i; ++j) {
      double sum = C[i * size + j];
      for (int64_t k = 0; k < inner; ++k) sum += A[i * inner + k] * B[j * inner + k];
      C[i * size + j] = C[j * size + i] = sum;
    }
  }
}

// Lower Cholesky factor in place. Returns whether S was positive definite.
bool factorise(double* S, int64_t size) {
  for (int64_t i = 0; i < size; ++i) {
    for (int64_t j = 0; j <= i; ++j) {
      double rest = S[i * size + j];
      for (int64_t k = 0; k < j; ++k) rest -= S[i * size + k] * S[j * size + k];
      if (i != j) {
        S[i * size + j] = rest / S[j * size + j];
      } else if (rest > 0.0 && std::isfinite(rest)) {
        S[i * size + i] = std::sqrt(rest);
      } else {
        return false;
      }
    }
  }
  return true;
}

}  // namespace

KalmanFilter::KalmanFilter(Vector mean, Matrix covariance, int64_t max_observation_size)
    : mean_(std::move(mean)), covariance_(std::move(covariance)), max_observation_size_(max_observation_size) {
  const int64_t Z = mean_.size(), O = max_observation_size_;
  check_size(covariance_, Z, Z, "the initial covariance");
  if (!cholesky(covariance_).is_semidefinite || symmetric_part(covariance_) != covariance_) {
    throw ConfigError("the initial covariance is not symmetric positive semidefinite, as a covariance must be");
  }
  new_mean_.resize(Z);
  for (Vector* square : {&product_, &complement_}) square->resize(Z * Z);
  for (Vector* wide : {&emission_, &gain_, &noise_gain_}) wide->resize(O * Z);
  for (Vector* square : {&factor_, &noise_}) square->resize(O * O);
  for (Vector* vector : {&innovation_, &whitened_}) vector->resize(O);
}

void KalmanFilter::predict(const Matrix& transition, const Matrix& process_noise, const Vector& offset) {
  const int64_t Z = mean_.size();
  check_size(transition, Z, Z, "the transition matrix");
  check_size(process_noise, Z, Z, "the process noise");
  check_offset(offset, Z, "the state offset");
  const double* const A = transition.data();
  multiply(A, mean_.data(), Z, Z, 1, new_mean_.data());
  for (int64_t i = 0; i < offset.size(); ++i) new_mean_[i] += offset[i];
  std::swap(mean_, new_mean_);
  // A P A^T + Q
  multiply(A, covariance_.data(), Z, Z, Z, product_.data());
  covariance_ = process_noise;
  add_symmetric(product_.data(), A, Z, Z, covariance_.data());
}

double KalmanFilter::update(const Vector& observation, const Matrix& emission, const Matrix& observation_noise,
                            const Vector& offset) {
  const int64_t Z = mean_.size(), size = observation.size();
  if (size > max_observation_size_) {
    throw ShapeError("an observation has " + std::to_string(size) + " components; this filter takes up to " +
                     std::to_string(max_observation_size_));
  }
  check_size(emission, size, Z, "the emission matrix");
  check_size(observation_noise, size, size, "the observation noise");
  check_offset(offset, size, "the emission offset");

  // What was observed: rows of C, of R, of the innovation.
  int64_t O = 0;
  for (int64_t i = 0; i < size; ++i) {
    if (std::isnan(observation[i])) continue;
    double expected = offset.size() == 0 ? 0.0 : offset[i];
    for (int64_t j = 0; j < Z; ++j) {
      emission_[O * Z + j] = emission(i, j);
      expected += emission(i, j) * mean_[j];
    }
    innovation_[O++] = observation[i] - expected;
  }
  for (int64_t i = 0, row = 0; i < size; ++i) {
    if (std::isnan(observation[i])) continue;
    for (int64_t j = 0, col = 0; j < size; ++j) {
      if (!std::isnan(observation[j])) noise_[row * O + col++] = observation_noise(i, j);
    }
    ++row;
  }
  const double *C = emission_.data(), *R = noise_.data(), *P = covariance_.data();

  // S = C P C^T + R = L L^T; the log density; K^T = S^-1 C P.
  multiply(C, P, O, Z, Z, gain_.data());
  std::copy(R, R + O * O, factor_.data());
  add_symmetric(gain_.data(), C, O, Z, factor_.data());
  double* const L = factor_.data();
  if (!factorise(L, O)) throw NumericalError("the innovation's covariance is not positive definite");
  double log_density = 0.0;
  for (int64_t i = 0; i < O; ++i) {
    double rest = innovation_[i];
    for (int64_t k = 0; k < i; ++k) rest -= L[i * O + k] * whitened_[k];
    whitened_[i] = rest / L[i * O + i];
    log_density -= 0.5 * (whitened_[i] * whitened_[i] + kLogTwoPi) + std::log(L[i * O + i]);
  }
  if (!std::isfinite(log_density)) throw NumericalError("an observation is infinite, or too far off to be weighed");
  double* const K = gain_.data();
  for (int64_t i = 0; i < O; ++i) {
    for (int64_t k = 0; k < i; ++k) {
      for (int64_t j = 0; j < Z; ++j) K[i * Z + j] -= L[i * O + k] * K[k * Z + j];
    }
    for (int64_t j = 0; j < Z; ++j) K[i * Z + j] /= L[i * O + i];
  }
  for (int64_t i = O - 1; i >= 0; --i) {
    for (int64_t k = i + 1; k < O; ++k) {
      for (int64_t j = 0; j < Z; ++j) K[i * Z + j] -= L[k * O + i] * K[k * Z + j];
    }
    for (int64_t j = 0; j < Z; ++j) K[i * Z + j] /= L[i * O + i];
  }

  // m + K v;  M P M^T + K R K^T, M = I - K C.
  for (int64_t i = 0; i < O; ++i) {
    for (int64_t j = 0; j < Z; ++j) mean_[j] += K[i * Z + j] * innovation_[i];
  }
  double* const M = complement_.data();
  for (int64_t i = 0; i < Z; ++i) {
    for (int64_t j = 0; j < Z; ++j) {
      double value = i == j ? 1.0 : 0.0;
      for (int64_t k = 0; k < O; ++k) value -= K[k * Z + i] * C[k * Z + j];
      M[i * Z + j] = value;
    }
  }
  multiply(M, P, Z, Z, Z, product_.data());
  covariance_.setZero();
  add_symmetric(product_.data(), M, Z, Z, covariance_.data());
  multiply(R, K, O, O, Z, noise_gain_.data());
  for (int64_t k = 0; k < O; ++k) {
    for (int64_t i = 0; i < Z; ++i) {
      for (int64_t j = 0; j <= i; ++j) covariance_(i, j) += K[k * Z + i] * noise_gain_[k * Z + j];
    }
  }
  for (int64_t i = 0; i < Z; ++i) {
    for (int64_t j = 0; j < i; ++j) covariance_(j, i) = covariance_(i, j);
  }
  return log_density;
}

}  // namespace vrkn::kalman
