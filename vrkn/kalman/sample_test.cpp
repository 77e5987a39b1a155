#include "vrkn/kalman/sample.h"

#include <gtest/gtest.h>

#include "tests/support/dense_state_space.h"
#include "vrkn/core/error.h"

namespace vrkn::kalman::sample_test {
namespace {

// Checks the mean and covariance of `draws` [draws, entries] against a Gaussian, within six standard errors.
void expect_moments(const Eigen::MatrixXd& draws, const DenseGaussian& expected) {
  const auto count = static_cast<double>(draws.rows());
  const Eigen::VectorXd mean = draws.colwise().mean();
  const Eigen::MatrixXd centred = draws.rowwise() - mean.transpose();
  const Eigen::MatrixXd covariance = centred.transpose() * centred / count;
  const Eigen::MatrixXd& S = expected.covariance;
  for (Eigen::Index i = 0; i < mean.size(); ++i) {
    EXPECT_NEAR(mean(i), expected.mean(i), 6.0 * std::sqrt(S(i, i) / count) + 1e-12) << i;
    for (Eigen::Index j = 0; j <= i; ++j) {
      EXPECT_NEAR(covariance(i, j), S(i, j), 6.0 * std::sqrt((S(i, i) * S(j, j) + S(i, j) * S(i, j)) / count) + 1e-12)
          << i << ", " << j;
    }
  }
}

TEST(Sample, HasTheMomentsOfTheModel) {
  const RandomModelSizes sizes{.Z = 2, .O = 2, .U = 1, .T = 4, .per_step = true};
  LinearGaussianModel model = random_model(1, sizes);
  model.process_noise.values[2] = Matrix::Ones(2, 2);  // semidefinite
  constexpr int64_t N = 20000;
  Series controls(N, sizes.T, 1);
  for (int64_t n = 0; n < N; ++n) {
    for (int64_t t = 0; t < sizes.T; ++t) controls.at(n, t)[0] = static_cast<double>(t) - 1.0;
  }
  const SampledSequences drawn = sample(model, N, sizes.T, 7, controls);
  const DenseStateSpace dense(model, drawn.data, 0);
  Eigen::MatrixXd draws(N, sizes.T * (sizes.Z + sizes.O));
  for (int64_t n = 0; n < N; ++n) {
    for (int64_t i = 0; i < sizes.T * sizes.Z; ++i) draws(n, i) = drawn.states.at(n, 0).data()[i];
    for (int64_t i = 0; i < sizes.T * sizes.O; ++i) {
      draws(n, sizes.T * sizes.Z + i) = drawn.data.observations.at(n, 0).data()[i];
    }
  }
  expect_moments(draws, dense.joint);
}

TEST(Sample, ASequenceDoesNotDependOnTheOthers) {
  const LinearGaussianModel model = random_model(2, {});
  const SampledSequences few = sample(model, 2, 5, 3), many = sample(model, 4, 5, 3), other = sample(model, 2, 5, 4);
  for (int64_t t = 0; t < 5; ++t) {
    for (int64_t i = 0; i < 3; ++i) {
      EXPECT_EQ(few.states.at(1, t)[i], many.states.at(1, t)[i]);
      EXPECT_NE(few.states.at(1, t)[i], other.states.at(1, t)[i]);
    }
  }
  EXPECT_THROW(sample(model, 0, 5, 1), ConfigError);
  EXPECT_THROW(sample(model, 2, 5, 1, Series(2, 5, 1)), ShapeError);
}

TEST(Sample, PosteriorPathsHaveTheMomentsOfThePosterior) {
  const RandomModelSizes sizes{.Z = 2, .O = 1, .U = 0, .T = 4};
  const LinearGaussianModel model = random_model(3, sizes);
  constexpr int64_t N = 20000;
  for (const bool shared : {true, false}) {
    // The same data in every sequence, so that every path is a draw from one posterior.
    Sequences data = random_sequences(3, N, sizes, 0.0);
    const std::vector<double> first(data.observations.values.begin(), data.observations.values.begin() + sizes.T);
    for (int64_t n = 0; n < N; ++n) std::ranges::copy(first, data.observations.at(n, 0).begin());
    for (int64_t n = 0; n < N; ++n) data.observations.at(n, 2)[0] = NAN;
    const Series paths = sample_posterior(smooth(model, data, {.share_covariances = shared}), 11);
    const DenseStateSpace dense(model, data, 0);
    const auto [known, values] = dense.observed(data, 0, sizes.T);
    std::vector<int> states;
    for (int i = 0; i < sizes.T * sizes.Z; ++i) states.push_back(i);
    Eigen::MatrixXd draws(N, sizes.T * sizes.Z);
    for (int64_t n = 0; n < N; ++n) {
      for (int64_t i = 0; i < sizes.T * sizes.Z; ++i) draws(n, i) = paths.at(n, 0).data()[i];
    }
    expect_moments(draws, dense.joint.given(states, known, values));
  }
}

}  // namespace
}  // namespace vrkn::kalman::sample_test
