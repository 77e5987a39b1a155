#include "vrkn/math/total_variance.h"

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/math/tensor_generator.h"

namespace vrkn::math::total_variance_test {
namespace {

TEST(TotalVariance, OfThreeHandfulsOfNumbers) {
  // Means 1, 5 and 9, variances 2, 8 and 2: within 4, between 16, so 16 - 4 / 2 = 14 are epistemic.
  const at::Tensor outcomes = at::tensor({0.0, 2.0, 3.0, 7.0, 8.0, 10.0}, at::kDouble).view({1, 3, 2});
  const VarianceParts parts = total_variance(outcomes);
  EXPECT_DOUBLE_EQ(parts.mean.item<double>(), 5.0);
  EXPECT_DOUBLE_EQ(parts.aleatoric.item<double>(), 4.0);
  EXPECT_DOUBLE_EQ(parts.epistemic.item<double>(), 14.0);
}

TEST(TotalVariance, FindsBothPartsOfItsOwnModel) {
  // y = 2 a + 3 b, a drawn once per model. The mean of B estimates; their spread over B gives the standard error.
  constexpr int64_t kB = 20000, kM = 6, kK = 3;
  TensorGenerator rng(1);
  const at::Tensor a = rng.normal({kB, kM, 1}, at::kDouble), b = rng.normal({kB, kM, kK}, at::kDouble);
  const at::Tensor outcomes = 2.0 * a + 3.0 * b;
  const VarianceParts parts = total_variance(outcomes);
  const auto expect_mean = [](const at::Tensor& estimates, double expected) {
    const double error = estimates.std().item<double>() / std::sqrt(static_cast<double>(kB));
    EXPECT_NEAR(estimates.mean().item<double>(), expected, 6 * error);
    EXPECT_LT(6 * error, 0.2) << "the test could not fail";
  };
  expect_mean(parts.aleatoric, 9.0);
  // The difference before the cut has the right mean; what the cut adds is known only to be positive.
  expect_mean(outcomes.mean(2).var(1) - parts.aleatoric / kK, 4.0);
  EXPECT_GT(parts.epistemic.mean().item<double>(), 4.0);
  EXPECT_GE(parts.epistemic.min().item<double>(), 0.0);
}

TEST(TotalVariance, ManyDrawsGiveBothPartsAndTheirSumIsTheVarianceOfAll) {
  TensorGenerator rng(2);
  const at::Tensor outcomes =
      rng.normal({2, 3000, 1, 2}, at::kDouble) * 2.0 + rng.normal({2, 3000, 30, 2}, at::kDouble);
  const VarianceParts parts = total_variance(outcomes);
  EXPECT_EQ(parts.mean.sizes(), (at::IntArrayRef{2, 2}));
  EXPECT_TRUE(at::allclose(parts.aleatoric, at::ones({2, 2}, at::kDouble), 0, 6 * std::sqrt(2.0 / 87000.0)));
  EXPECT_TRUE(at::allclose(parts.epistemic, at::full({2, 2}, 4.0, at::kDouble), 0, 6 * 4.1 * std::sqrt(2.0 / 3000.0)));
  // The plain variance of all M * K numbers differs from the sum by terms of order 1 / M.
  const at::Tensor direct = outcomes.flatten(1, 2).var(1);
  EXPECT_TRUE(at::allclose(parts.aleatoric + parts.epistemic, direct, 2.0 / 3000.0, 0));
}

TEST(TotalVariance, OneModelKnowsNoEpistemicPart) {
  TensorGenerator rng(3);
  const at::Tensor outcomes = rng.normal({4, 1, 10, 3});
  const VarianceParts parts = total_variance(outcomes);
  EXPECT_EQ(parts.epistemic.abs().max().item<float>(), 0.0f);
  EXPECT_TRUE(at::allclose(parts.aleatoric, outcomes.select(1, 0).var(1)));
  EXPECT_THROW(total_variance(outcomes.narrow(2, 0, 1)), ShapeError);
  EXPECT_THROW(total_variance(outcomes[0][0]), ShapeError);
}

TEST(NestedVariance, FindsAllPartsOfItsOwnModel) {
  // y = 2 a + 3 b + c, a drawn once per model, b once per state.
  constexpr int64_t kB = 20000, kM = 4, kK = 3, kR = 2;
  TensorGenerator rng(2);
  const at::Tensor a = rng.normal({kB, kM, 1, 1}, at::kDouble), b = rng.normal({kB, kM, kK, 1}, at::kDouble),
                   c = rng.normal({kB, kM, kK, kR}, at::kDouble);
  const NestedVarianceParts parts = nested_variance(2.0 * a + 3.0 * b + c);
  const auto expect_mean = [](const at::Tensor& estimates, double expected) {
    const double error = estimates.std().item<double>() / std::sqrt(static_cast<double>(kB));
    EXPECT_NEAR(estimates.mean().item<double>(), expected, 6 * error);
    EXPECT_LT(6 * error, 0.4) << "the test could not fail";
  };
  expect_mean(parts.transition, 1.0);
  expect_mean(parts.state, 9.0);
  expect_mean(parts.epistemic, 4.0);
  expect_mean(parts.mean, 0.0);
}

TEST(NestedVariance, OfOneModelNothingIsEpistemic) {
  TensorGenerator rng(3);
  const NestedVarianceParts parts = nested_variance(rng.normal({5, 1, 3, 4, 2}, at::kFloat));
  EXPECT_EQ(parts.epistemic.abs().max().item<double>(), 0.0);
  EXPECT_EQ(parts.state.sizes(), (std::vector<int64_t>{5, 2}));
  EXPECT_THROW(nested_variance(at::zeros({1, 2, 2, 1})), ShapeError);
}

}  // namespace
}  // namespace vrkn::math::total_variance_test
