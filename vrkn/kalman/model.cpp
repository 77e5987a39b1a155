#include "vrkn/kalman/model.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "vrkn/core/error.h"

namespace vrkn::kalman {
namespace {

constexpr double kSymmetryTolerance = 1e-9;

std::string sizes(int64_t rows, int64_t cols) {
  return std::to_string(rows) + " x " + std::to_string(cols);
}

void check_finite(const auto& values, const std::string& name) {
  for (const double value : values.reshaped()) {
    if (!std::isfinite(value)) {
      throw ConfigError(name + " has an entry " + std::to_string(value) + "; it must be finite");
    }
  }
}

void check_matrix(const Matrix& matrix, int64_t rows, int64_t cols, const std::string& name) {
  if (matrix.rows() != rows || matrix.cols() != cols) {
    throw ShapeError(name + " has size " + sizes(matrix.rows(), matrix.cols()) + "; expected " + sizes(rows, cols));
  }
  check_finite(matrix, name);
}

void check_vector(const Vector& vector, int64_t size, const std::string& name) {
  if (vector.size() != size) {
    throw ShapeError(name + " has " + std::to_string(vector.size()) + " entries; expected " + std::to_string(size));
  }
  check_finite(vector, name);
}

void check_covariance(const Matrix& matrix, int64_t size, bool may_be_singular, const std::string& name) {
  check_matrix(matrix, size, size, name);
  const double largest = size == 0 ? 0.0 : matrix.cwiseAbs().maxCoeff();
  const double skew = size == 0 ? 0.0 : (matrix - matrix.transpose()).cwiseAbs().maxCoeff();
  if (skew > kSymmetryTolerance * largest) {
    throw ConfigError(name + " is not symmetric: entries across its diagonal differ by up to " + std::to_string(skew));
  }
  const Cholesky factor = cholesky(matrix);
  if (may_be_singular ? !factor.is_semidefinite : !factor.is_definite) {
    throw ConfigError(name + " is not positive " + (may_be_singular ? "semidefinite" : "definite") +
                      ", as a covariance must be");
  }
}

template <class Value, class Check>
void check_each(const PerStep<Value>& parameter, int64_t steps, const std::string& name, bool may_be_empty,
                const Check& check) {
  const auto count = static_cast<int64_t>(parameter.values.size());
  if (count == 0 && may_be_empty) return;
  if (count != 1 && count != steps) {
    throw ShapeError(name + " has " + std::to_string(count) + " entries; expected 1, or one for each of " +
                     std::to_string(steps) + " steps");
  }
  for (int64_t t = 0; t < count; ++t) {
    check(parameter.values[t], count == 1 ? name : name + " of step " + std::to_string(t));
  }
}

}  // namespace

bool LinearGaussianModel::has_diffuse_start() const {
  return initial_diffuse.size() > 0 && !initial_diffuse.isZero(0.0);
}

int64_t LinearGaussianModel::control_size() const {
  if (!state_control.empty()) return state_control.values.front().cols();
  return emission_control.empty() ? 0 : emission_control.values.front().cols();
}

void LinearGaussianModel::validate(int64_t steps) const {
  const int64_t Z = state_size(), O = observation_size(), U = control_size();
  if (Z == 0) throw ShapeError("the initial mean has no entries; a state needs at least one");
  const auto vector_of = [](int64_t size) {
    return [=](const Vector& vector, const std::string& name) { check_vector(vector, size, name); };
  };
  const auto matrix_of = [](int64_t rows, int64_t cols) {
    return [=](const Matrix& matrix, const std::string& name) { check_matrix(matrix, rows, cols, name); };
  };
  const auto covariance_of = [](int64_t size, bool may_be_singular) {
    return
        [=](const Matrix& matrix, const std::string& name) { check_covariance(matrix, size, may_be_singular, name); };
  };
  check_vector(initial_mean, Z, "the initial mean");
  check_covariance(initial_covariance, Z, true, "the initial covariance");
  if (initial_diffuse.size() > 0) {
    check_covariance(initial_diffuse, Z, true, "the diffuse part of the initial covariance");
  }
  check_each(transition, steps, "the transition matrix", false, matrix_of(Z, Z));
  check_each(state_offset, steps, "the state offset", true, vector_of(Z));
  check_each(state_control, steps, "the state's control matrix", true, matrix_of(Z, U));
  check_each(process_noise, steps, "the process noise", false, covariance_of(Z, true));
  check_each(emission, steps, "the emission matrix", false, matrix_of(O, Z));
  if (O == 0) throw ShapeError("the emission matrix has no rows; an observation needs at least one component");
  check_each(emission_offset, steps, "the emission offset", true, vector_of(O));
  check_each(emission_control, steps, "the emission's control matrix", true, matrix_of(O, U));
  check_each(observation_noise, steps, "the observation noise", false, covariance_of(O, false));
}

}  // namespace vrkn::kalman
