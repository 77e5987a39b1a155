#include "vrkn/agent/dreamer/reward_range.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace vrkn::agent::reward_range_test {
namespace {

using at::Tensor;

TEST(RewardRange, HoldsAllThatWasSeen) {
  RewardRange range;
  range.learn(at::tensor({0.5F, 2.0F}).view({1, 2, 1}));
  const Tensor rewards = at::tensor({-9.0F, 0.5F, 1.0F, 2.0F, 9.0F});
  EXPECT_TRUE(at::equal(range.bound_rewards(rewards), at::tensor({0.5F, 0.5F, 1.0F, 2.0F, 2.0F})));
  range.learn(at::tensor({-1.0F, 1.0F}));  // the greater ones are not forgotten
  EXPECT_TRUE(at::equal(range.bound_rewards(rewards), at::tensor({-1.0F, 0.5F, 1.0F, 2.0F, 2.0F})));
}

TEST(RewardRange, BoundsValuesByTheSumsThatRewardsAllow) {
  RewardRange range;
  range.learn(at::tensor({-1.0F, 2.0F}));
  const Tensor values = at::tensor({-5.0F, -3.0F, 7.0F, 9.0F});
  EXPECT_TRUE(at::allclose(range.bound_values(values, 0.75), at::tensor({-4.0F, -3.0F, 7.0F, 8.0F})));
}

TEST(RewardRange, NothingIsGainedBeyondIt) {
  RewardRange range;
  range.learn(at::tensor({0.0F, 1.0F}));
  const Tensor rewards = at::tensor({-0.1F, 0.5F, 1.1F}).set_requires_grad(true);
  range.bound_rewards(rewards).sum().backward();
  EXPECT_TRUE(at::equal(rewards.grad(), at::tensor({0.0F, 1.0F, 0.0F})));
}

}  // namespace
}  // namespace vrkn::agent::reward_range_test
