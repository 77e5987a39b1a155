#include "vrkn/kalman/filter.h"

#include <cmath>

#include <gtest/gtest.h>

#include "tests/support/dense_state_space.h"
#include "vrkn/core/error.h"
#include "vrkn/kalman/forward.h"

namespace vrkn::kalman::filter_test {
namespace {

// The largest difference between what was found, at (n, t), and a dense Gaussian.
double error(const Beliefs& found, int64_t n, int64_t t, const DenseGaussian& expected) {
  const auto mean = found.mean.at(n, t);
  const Eigen::VectorXd difference =
      Eigen::Map<const Eigen::VectorXd>(mean.data(), static_cast<Eigen::Index>(mean.size())) - expected.mean;
  const Eigen::MatrixXd covariance = found.covariance.at(n, t) - expected.covariance;
  return std::max(difference.cwiseAbs().maxCoeff(), covariance.cwiseAbs().maxCoeff());
}

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  EXPECT_EQ(a.size(), b.size());
  double largest = 0.0;
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(std::isnan(a[i]), std::isnan(b[i]));
    if (!std::isnan(a[i])) largest = std::max(largest, std::abs(a[i] - b[i]));
  }
  return largest;
}

struct Case {
  RandomModelSizes sizes;
  int64_t N;
  double missing;
};

const std::vector<Case> kCases = {
    {{.Z = 1, .O = 1, .U = 0, .T = 7}, 3, 0.0}, {{.Z = 3, .O = 2, .U = 2, .T = 6, .per_step = true}, 11, 0.4},
    {{.Z = 2, .O = 5, .U = 1, .T = 5}, 4, 0.5}, {{.Z = 5, .O = 3, .U = 0, .T = 5, .per_step = true}, 2, 0.0},
    {{.Z = 9, .O = 6, .U = 3, .T = 4}, 9, 0.3}, {{.Z = 4, .O = 10, .U = 0, .T = 4}, 70, 0.0},
};

TEST(Filter, EqualsTheDenseJointGaussian) {
  for (size_t seed = 0; seed < kCases.size(); ++seed) {
    const auto& [sizes, N, missing] = kCases[seed];
    const LinearGaussianModel model = random_model(seed, sizes);
    const Sequences data = random_sequences(seed, N, sizes, missing);
    const Filtered filtered = filter(model, data);
    EXPECT_EQ(filtered.belief.covariance.is_shared(), missing == 0.0);
    const Vector log_likelihoods = log_likelihood(model, data);
    for (int64_t n = 0; n < std::min<int64_t>(N, 12); ++n) {
      const DenseStateSpace dense(model, data, n);
      double previous = 0.0;
      for (int64_t t = 0; t < sizes.T; ++t) {
        const auto [before, before_values] = dense.observed(data, n, t);
        const auto [until, until_values] = dense.observed(data, n, t + 1);
        EXPECT_LT(error(filtered.predicted, n, t, dense.joint.given(dense.state(t), before, before_values)), 1e-10);
        EXPECT_LT(error(filtered.belief, n, t, dense.joint.given(dense.state(t), until, until_values)), 1e-10);
        const double log_density = until.empty() ? 0.0 : dense.log_density(until, until_values);
        EXPECT_NEAR(filtered.log_density.at(n, t)[0], log_density - previous, 1e-10);
        previous = log_density;
        for (int64_t i = 0; i < sizes.O; ++i) {
          const double o = data.observations.at(n, t)[i];
          const std::vector<int> entry{static_cast<int>(sizes.T * sizes.Z + t * sizes.O + i)};
          const double innovation = filtered.innovation.at(n, t)[i];
          EXPECT_EQ(std::isnan(innovation), std::isnan(o));
          if (std::isnan(o)) continue;
          EXPECT_NEAR(innovation, o - dense.joint.given(entry, before, before_values).mean(0), 1e-10);
        }
      }
      EXPECT_NEAR(log_likelihoods[n], previous, 1e-10);
      EXPECT_NEAR(filtered.log_likelihood()[n], previous, 1e-10);
    }
  }
}

TEST(Filter, BothLayoutsAgree) {
  for (size_t seed = 0; seed < kCases.size(); ++seed) {
    const auto& [sizes, N, missing] = kCases[seed];
    const LinearGaussianModel model = random_model(seed, sizes);
    Sequences data = random_sequences(seed, N, sizes, 0.0);
    for (int64_t n = 0; n < N; ++n) data.observations.at(n, sizes.T / 2)[0] = NAN;  // all miss the same
    const Filtered shared = filter(model, data), separate = filter(model, data, {.share_covariances = false});
    ASSERT_TRUE(shared.belief.covariance.is_shared());
    ASSERT_FALSE(separate.belief.covariance.is_shared());
    EXPECT_LT(largest_difference(shared.belief.mean.values, separate.belief.mean.values), 1e-12);
    EXPECT_LT(largest_difference(shared.predicted.mean.values, separate.predicted.mean.values), 1e-12);
    EXPECT_LT(largest_difference(shared.log_density.values, separate.log_density.values), 1e-12);
    EXPECT_LT(largest_difference(shared.innovation.values, separate.innovation.values), 1e-12);
    for (int64_t n = 0; n < N; ++n) {
      for (int64_t t = 0; t < sizes.T; ++t) {
        const auto a = shared.belief.covariance.at(n, t), b = separate.belief.covariance.at(n, t);
        EXPECT_LT((a - b).cwiseAbs().maxCoeff(), 1e-12);
      }
    }
  }
}

TEST(Filter, EveryFamilyOfProcessorsComputesTheSame) {
  const RandomModelSizes sizes{.Z = 11, .O = 7, .U = 0, .T = 9};
  const LinearGaussianModel model = random_model(3, sizes);
  for (const double missing : {0.0, 0.3}) {
    const Sequences data = random_sequences(3, 21, sizes, missing);
    const FlatProblem flat(model, data);
    const auto run = [&](const Recursions& recursions) {
      std::vector<double> result(static_cast<size_t>(21 * 9 * (2 * 11 + 11 * 11 + 1)));
      const FilterTargets filter_targets{.log_density = result.data()};
      double* const mean = result.data() + 21 * 9;
      run_smoother(flat.problem(), 21, missing == 0.0, filter_targets, {.mean = mean, .covariance = mean + 21 * 9 * 11},
                   1, recursions);
      return result;
    };
    const auto expected = run(*runnable_recursions().front());
    for (const Recursions* recursions : runnable_recursions()) {
      EXPECT_LT(largest_difference(run(*recursions), expected), 1e-12) << recursions->name;
    }
  }
}

TEST(Filter, TheNumberOfThreadsDoesNotMatter) {
  const RandomModelSizes sizes{.Z = 3, .O = 2, .U = 0, .T = 8};
  const LinearGaussianModel model = random_model(5, sizes);
  for (const double missing : {0.0, 0.3}) {
    const Sequences data = random_sequences(5, 300, sizes, missing);
    const Filtered one = filter(model, data, {.threads = 1}), five = filter(model, data, {.threads = 5});
    EXPECT_EQ(one.belief.mean.values, five.belief.mean.values);
    EXPECT_EQ(one.belief.covariance.values, five.belief.covariance.values);
    EXPECT_EQ(one.log_density.values, five.log_density.values);
  }
}

}  // namespace
}  // namespace vrkn::kalman::filter_test
