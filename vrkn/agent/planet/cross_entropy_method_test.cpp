#include "vrkn/agent/planet/cross_entropy_method.h"

#include <limits>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"

namespace vrkn::agent::cross_entropy_method_test {
namespace {

TEST(CrossEntropy, FindsTheBestPlanOfAQuadraticPerState) {
  math::TensorGenerator rng(1);
  const PlanetConfig config{.horizon = 3, .iterations = 20, .population_size = 400, .num_elites = 40};
  // Each of two states has a best plan of its own, coupled over time; one optimum lies beyond the range of actions.
  const at::Tensor target = at::tensor({0.5f, -0.3f, 0.1f, -0.7f, 0.2f, 1.6f}).view({2, 1, 3, 1});
  const PlanScore score = [&](const at::Tensor& plans) {
    const at::Tensor error = plans - target;
    return -(error.square().sum({2, 3}) + 0.5 * error.select(2, 0).mul(error.select(2, 1)).sum(-1));
  };
  const at::Tensor plan = plan_with_cross_entropy(score, 2, 1, config, rng);
  ASSERT_EQ(plan.sizes(), (at::IntArrayRef{2, 3, 1}));
  EXPECT_LT((plan - target.squeeze(1).clamp(-1.0, 1.0)).abs().max().item<float>(), 0.02f);
}

TEST(CrossEntropy, RefusesReturnsThatAreNotFinite) {
  math::TensorGenerator rng(2);
  const PlanetConfig config{.horizon = 2, .iterations = 2, .population_size = 20, .num_elites = 5};
  const PlanScore score = [](const at::Tensor& plans) {
    at::Tensor returns = plans.sum({2, 3});
    returns[0][3] = std::numeric_limits<float>::quiet_NaN();
    return returns;
  };
  EXPECT_THROW(plan_with_cross_entropy(score, 1, 1, config, rng), NumericalError);
}

TEST(CrossEntropy, IsAFunctionOfItsStream) {
  const PlanetConfig config{.horizon = 2, .iterations = 2, .population_size = 20, .num_elites = 5};
  const PlanScore score = [](const at::Tensor& plans) { return plans.sum({2, 3}); };
  math::TensorGenerator a(3), b(3), c(4);
  const at::Tensor first = plan_with_cross_entropy(score, 1, 2, config, a);
  EXPECT_TRUE(at::equal(first, plan_with_cross_entropy(score, 1, 2, config, b)));
  EXPECT_FALSE(at::equal(first, plan_with_cross_entropy(score, 1, 2, config, c)));
}

}  // namespace
}  // namespace vrkn::agent::cross_entropy_method_test
