#pragma once

#include <cmath>
#include <limits>

#include <Eigen/Dense>

#include "tests/support/dense_gaussian.h"
#include "vrkn/core/random.h"
#include "vrkn/kalman/sequences.h"

namespace vrkn {

inline kalman::Matrix random_matrix(ScalarGenerator& random, int64_t rows, int64_t cols, double scale = 1.0) {
  kalman::Matrix result(rows, cols);
  for (double& value : result.reshaped<Eigen::RowMajor>()) value = scale * random.normal();
  return result;
}

inline kalman::Vector random_vector(ScalarGenerator& random, int64_t size) {
  kalman::Vector result(size);
  for (double& value : result) value = random.normal();
  return result;
}

inline kalman::Matrix scaled_identity(int64_t size, double scale = 1.0) {
  return scale * kalman::Matrix::Identity(size, size);
}

inline kalman::Matrix diagonal_matrix(std::initializer_list<double> diagonal) {
  return kalman::Vector::Map(diagonal.begin(), static_cast<int64_t>(diagonal.size())).asDiagonal();
}

/// The largest absolute value; 0 where there is none.
inline double largest(const Eigen::MatrixXd& difference) {
  return difference.size() == 0 ? 0.0 : difference.cwiseAbs().maxCoeff();
}

/// W W^T / size + floor * I
inline kalman::Matrix random_covariance(ScalarGenerator& random, int64_t size, double floor = 0.1) {
  const kalman::Matrix root = random_matrix(random, size, size, 1.0 / std::sqrt(static_cast<double>(size)));
  return kalman::symmetric_part(root * root.transpose() + scaled_identity(size, floor));
}

struct RandomModelSizes {
  int64_t Z = 3, O = 2, U = 0, T = 6;
  bool per_step = false;  ///< every parameter differs from step to step
};

/// A random model with all its terms; without controls when U is 0.
inline kalman::LinearGaussianModel random_model(uint64_t seed, const RandomModelSizes& sizes) {
  ScalarGenerator random(derive_seed(seed, "model"));
  const auto& [Z, O, U, T, per_step] = sizes;
  const auto each = [&](const auto& draw) {
    kalman::PerStep<decltype(draw())> result;
    for (int64_t t = 0; t < (per_step ? T : 1); ++t) result.values.push_back(draw());
    return result;
  };
  kalman::LinearGaussianModel model;
  model.initial_mean = random_vector(random, Z);
  model.initial_covariance = random_covariance(random, Z);
  model.transition = each([&] { return random_matrix(random, Z, Z, 0.9 / std::sqrt(static_cast<double>(Z))); });
  model.state_offset = each([&] { return random_vector(random, Z); });
  model.process_noise = each([&] { return random_covariance(random, Z); });
  model.emission = each([&] { return random_matrix(random, O, Z); });
  model.emission_offset = each([&] { return random_vector(random, O); });
  model.observation_noise = each([&] { return random_covariance(random, O); });
  if (U > 0) {
    model.state_control = each([&] { return random_matrix(random, Z, U); });
    model.emission_control = each([&] { return random_matrix(random, O, U); });
  }
  return model;
}

/// N sequences of random numbers, each component missing with this probability; something is always observed.
inline kalman::Sequences random_sequences(uint64_t seed, int64_t N, const RandomModelSizes& sizes, double missing) {
  ScalarGenerator random(derive_seed(seed, "sequences"));
  kalman::Sequences data{kalman::Series(N, sizes.T, sizes.O), {}};
  for (double& value : data.observations.values) {
    value = 2.0 * random.normal();
    if (random.uniform() < missing) value = std::numeric_limits<double>::quiet_NaN();
  }
  for (int64_t n = 0; n < N; ++n) data.observations.at(n, n % sizes.T)[0] = 0.5;
  if (sizes.U > 0) {
    data.controls = kalman::Series(N, sizes.T, sizes.U);
    for (double& value : data.controls.values) value = random.normal();
  }
  return data;
}

/// The joint Gaussian of all states and observations of sequence n, as a linear map of independent sources: entry
/// t Z + i is component i of z_t, and T Z + t O + i component i of o_t.
struct DenseStateSpace {
  int64_t T, Z, O;
  DenseGaussian joint;

  DenseStateSpace(const kalman::LinearGaussianModel& model, const kalman::Sequences& data, int64_t n)
      : T(data.observations.steps), Z(model.state_size()), O(model.observation_size()) {
    const auto size = T * (Z + O);
    Eigen::MatrixXd map = Eigen::MatrixXd::Zero(size, size), source = map;
    Eigen::VectorXd mean = Eigen::VectorXd::Zero(size);
    const auto constant = [&](const auto& offset, const auto& control, int64_t rows, int64_t t) {
      Eigen::VectorXd sum = Eigen::VectorXd::Zero(rows);
      for (int64_t i = 0; i < rows; ++i) {
        if (!offset.empty()) sum(i) += offset.at(t)[i];
        for (int64_t j = 0; !control.empty() && j < data.controls.size; ++j) {
          sum(i) += control.at(t)(i, j) * data.controls.at(n, t)[j];
        }
      }
      return sum;
    };
    map.setIdentity();
    for (int64_t t = 0; t < T; ++t) {
      const auto z = t * Z, o = T * Z + t * O;
      if (t == 0) {
        mean.head(Z) = model.initial_mean;
        source.topLeftCorner(Z, Z) = model.initial_covariance;
      } else {
        const Eigen::MatrixXd A = model.transition.at(t);
        map.middleRows(z, Z) += A * map.middleRows(z - Z, Z);
        mean.segment(z, Z) = A * mean.segment(z - Z, Z) + constant(model.state_offset, model.state_control, Z, t);
        source.block(z, z, Z, Z) = model.process_noise.at(t);
      }
      const Eigen::MatrixXd C = model.emission.at(t);
      map.middleRows(o, O) += C * map.middleRows(z, Z);
      mean.segment(o, O) = C * mean.segment(z, Z) + constant(model.emission_offset, model.emission_control, O, t);
      source.block(o, o, O, O) = model.observation_noise.at(t);
    }
    joint = {mean, map * source * map.transpose()};
  }

  std::vector<int> state(int64_t t) const {
    std::vector<int> entries;
    for (int64_t i = 0; i < Z; ++i) entries.push_back(static_cast<int>(t * Z + i));
    return entries;
  }

  /// Entries and values of what sequence n observed before step `end`.
  std::pair<std::vector<int>, Eigen::VectorXd> observed(const kalman::Sequences& data, int64_t n, int64_t end) const {
    std::vector<int> entries;
    std::vector<double> values;
    for (int64_t t = 0; t < end; ++t) {
      for (int64_t i = 0; i < O; ++i) {
        const double value = data.observations.at(n, t)[i];
        if (std::isnan(value)) continue;
        entries.push_back(static_cast<int>(T * Z + t * O + i));
        values.push_back(value);
      }
    }
    return {entries, Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()))};
  }

  /// log N of these entries at these values.
  double log_density(const std::vector<int>& entries, const Eigen::VectorXd& values) const {
    const Eigen::LLT<Eigen::MatrixXd> factor(joint.covariance(entries, entries));
    const Eigen::VectorXd white = factor.matrixL().solve(values - joint.mean(entries));
    const double log_det = 2.0 * factor.matrixLLT().diagonal().array().log().sum();
    return -0.5 * (white.squaredNorm() + log_det + static_cast<double>(values.size()) * std::log(2.0 * M_PI));
  }
};

}  // namespace vrkn
