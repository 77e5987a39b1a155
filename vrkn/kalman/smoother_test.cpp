#include "vrkn/kalman/smoother.h"

#include <cmath>

#include <gtest/gtest.h>

#include "tests/support/dense_state_space.h"

namespace vrkn::kalman::smoother_test {
namespace {

// Compares everything that the smoother says of sequence n with the dense joint.
void expect_dense(const LinearGaussianModel& model, const Sequences& data, const Smoothed& smoothed, int64_t n,
                  double tolerance) {
  const DenseStateSpace dense(model, data, n);
  const auto [known, values] = dense.observed(data, n, dense.T);
  EXPECT_NEAR(smoothed.log_likelihood[n], dense.log_density(known, values), tolerance * 10);
  for (int64_t t = 0; t < dense.T; ++t) {
    const DenseGaussian expected = dense.joint.given(dense.state(t), known, values);
    EXPECT_LT(largest(smoothed.belief.mean.at(n, t) - expected.mean), tolerance);
    EXPECT_LT(largest(smoothed.belief.covariance.at(n, t) - expected.covariance), tolerance);
    if (t + 1 == dense.T) continue;
    std::vector<int> pair = dense.state(t);
    for (const int entry : dense.state(t + 1)) pair.push_back(entry);
    const DenseGaussian both = dense.joint.given(pair, known, values);
    EXPECT_LT(largest(lag_one_covariance(smoothed, n, t) - both.covariance.topRightCorner(dense.Z, dense.Z)),
              tolerance);
  }
}

TEST(Smoother, EqualsTheDenseJointGaussian) {
  const std::vector<std::tuple<RandomModelSizes, int64_t, double>> cases = {
      {{.Z = 1, .O = 1, .U = 0, .T = 7}, 3, 0.0},
      {{.Z = 3, .O = 2, .U = 2, .T = 6, .per_step = true}, 11, 0.4},
      {{.Z = 5, .O = 3, .U = 1, .T = 5, .per_step = true}, 2, 0.0},
      {{.Z = 9, .O = 6, .U = 3, .T = 4}, 9, 0.3},
      {{.Z = 4, .O = 10, .U = 0, .T = 1}, 70, 0.0},
      {{.Z = 2, .O = 2, .U = 0, .T = 30}, 9, 0.8},
  };
  for (size_t seed = 0; seed < cases.size(); ++seed) {
    const auto& [sizes, N, missing] = cases[seed];
    const LinearGaussianModel model = random_model(seed, sizes);
    const Sequences data = random_sequences(seed, N, sizes, missing);
    const Smoothed smoothed = smooth(model, data), separate = smooth(model, data, {.share_covariances = false});
    for (int64_t n = 0; n < std::min<int64_t>(N, 12); ++n) {
      expect_dense(model, data, smoothed, n, 1e-10);
      expect_dense(model, data, separate, n, 1e-10);
    }
  }
}

TEST(Smoother, SmoothedDynamicsEqualTheDenseConditional) {
  const RandomModelSizes sizes{.Z = 3, .O = 2, .U = 1, .T = 6, .per_step = true};
  const LinearGaussianModel model = random_model(7, sizes);
  const Sequences data = random_sequences(7, 5, sizes, 0.3);
  const Smoothed smoothed = smooth(model, data);
  ScalarGenerator random(1);
  for (int64_t n = 0; n < 5; ++n) {
    const DenseStateSpace dense(model, data, n);
    for (int64_t t = 0; t + 1 < sizes.T; ++t) {
      const Vector state = random_vector(random, sizes.Z);
      auto [known, values] = dense.observed(data, n, dense.T);
      values.conservativeResize(values.size() + sizes.Z);
      for (int64_t i = 0; i < sizes.Z; ++i) {
        known.push_back(dense.state(t)[i]);
        values(values.size() - sizes.Z + i) = state[i];
      }
      const DenseGaussian expected = dense.joint.given(dense.state(t + 1), known, values);
      const SmoothedDynamics dynamics = smoothed_dynamics(smoothed, n, t);
      EXPECT_LT(largest(dynamics.gain * state + dynamics.offset - expected.mean), 1e-10);
      EXPECT_LT(largest(dynamics.covariance - expected.covariance), 1e-10);
    }
  }
}

TEST(Smoother, KnownDirectionsAndNoiselessMotionsAreAllowed) {
  // A body on a line, pushed by noise that enters through its acceleration only, from a known place: P0 and Q singular.
  const double dt = 0.1;
  LinearGaussianModel model;
  model.initial_mean = Vector{{1.0, 0.0}};
  model.initial_covariance = Matrix{{0.0, 0.0}, {0.0, 0.5}};
  model.transition = Matrix{{1.0, dt}, {0.0, 1.0}};
  const Matrix push{{dt * dt / 2.0}, {dt}};
  model.process_noise = push * push.transpose();
  model.emission = Matrix{{1.0, 0.0}};
  model.observation_noise = Matrix{{0.01}};
  const Sequences data = random_sequences(2, 10, {.Z = 2, .O = 1, .U = 0, .T = 12}, 0.3);
  const Smoothed smoothed = smooth(model, data);
  for (int64_t n = 0; n < 10; ++n) expect_dense(model, data, smoothed, n, 1e-9);
  // Without any noise at all the whole sequence is one straight line.
  model.process_noise = Matrix::Zero(2, 2);
  const Smoothed line = smooth(model, data);
  for (int64_t n = 0; n < 10; ++n) expect_dense(model, data, line, n, 1e-9);
}

}  // namespace
}  // namespace vrkn::kalman::smoother_test
