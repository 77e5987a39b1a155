#include "vrkn/math/returns.h"

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/gradient_check.h"
#include "vrkn/core/error.h"
#include "vrkn/math/tensor_generator.h"

namespace vrkn::math::returns_test {
namespace {

using at::Tensor;

constexpr int64_t kSteps = 6, kN = 3;
constexpr double kDiscount = 0.9;

struct Trajectory {
  Tensor rewards, values;  // [kSteps, kN], [kSteps + 1, kN]
};

Trajectory random_trajectory() {
  TensorGenerator rng(1);
  return {rng.normal({kSteps, kN}, at::kDouble), rng.normal({kSteps + 1, kN}, at::kDouble)};
}

/// n rewards from step t on, then the value: the n-step return.
double n_step_return(const Trajectory& trajectory, int64_t t, int64_t n, int64_t i) {
  double sum = std::pow(kDiscount, n) * trajectory.values[t + n][i].item<double>();
  for (int64_t k = 0; k < n; ++k) sum += std::pow(kDiscount, k) * trajectory.rewards[t + k][i].item<double>();
  return sum;
}

TEST(LambdaReturns, AreTheWeightedMeanOfAllNStepReturns) {
  const Trajectory trajectory = random_trajectory();
  for (const double lambda : {0.0, 0.3, 0.95, 1.0}) {
    const Tensor returns = lambda_returns(trajectory.rewards, trajectory.values, kDiscount, lambda);
    ASSERT_EQ(returns.sizes(), (at::IntArrayRef{kSteps, kN}));
    for (int64_t i = 0; i < kN; ++i) {
      for (int64_t t = 0; t < kSteps; ++t) {
        const int64_t last = kSteps - t;
        double expected = std::pow(lambda, last - 1) * n_step_return(trajectory, t, last, i);
        for (int64_t n = 1; n < last; ++n) {
          expected += (1.0 - lambda) * std::pow(lambda, n - 1) * n_step_return(trajectory, t, n, i);
        }
        EXPECT_NEAR(returns[t][i].item<double>(), expected, 1e-13);
      }
    }
  }
}

TEST(LambdaReturns, SatisfyTheirRecursion) {
  const auto [rewards, values] = random_trajectory();
  const double lambda = 0.95;
  const Tensor returns = lambda_returns(rewards, values, kDiscount, lambda);
  const Tensor next = at::cat({returns.narrow(0, 1, kSteps - 1), values.narrow(0, kSteps, 1)});
  const Tensor expected = rewards + kDiscount * ((1 - lambda) * values.narrow(0, 1, kSteps) + lambda * next);
  EXPECT_TRUE(at::allclose(returns, expected, 0, 1e-14));
}

TEST(LambdaReturns, GradientsEqualFiniteDifferences) {
  const auto [rewards, values] = random_trajectory();
  TensorGenerator rng(2);
  const Tensor weights = rng.normal({kSteps, kN}, at::kDouble);
  const auto function = [&](const std::vector<Tensor>& in) {
    return (lambda_returns(in[0], in[1], kDiscount, 0.7).square() * weights).sum();
  };
  EXPECT_LT(gradient_error(function, {rewards, values}), 1e-8);
}

TEST(LambdaReturns, RefuseValuesOfAnotherLength) {
  const auto [rewards, values] = random_trajectory();
  EXPECT_THROW(lambda_returns(rewards, rewards, kDiscount, 0.5), ShapeError);
}

}  // namespace
}  // namespace vrkn::math::returns_test
