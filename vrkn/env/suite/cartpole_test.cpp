#include "vrkn/env/suite/cartpole.h"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "tests/support/distribution.h"
#include "tests/support/suite_stage.h"

namespace vrkn {
namespace {

constexpr int kResets = 10'000;

TEST(Cartpole, SmoothRewardIsTheProductOfFourTerms) {
  for (const char* name : {"cartpole_swingup", "cartpole_balance"}) {
    SuiteStage stage(name);
    EXPECT_NEAR(stage.reward({0.0, 0.0}, {}), 1.0, 1e-12);
    EXPECT_NEAR(stage.reward({0.0, std::numbers::pi / 2.0}, {}), 0.5, 1e-12);
    EXPECT_NEAR(stage.reward({0.0, 0.0}, {}, {0.5}), (4.0 + 0.75) / 5.0, 1e-12);
    EXPECT_NEAR(stage.reward({0.0, 0.0}, {}, {7.0}), 0.8, 1e-12);  // the raw control counts, beyond its range too
    EXPECT_NEAR(stage.reward({0.0, 0.0}, {0.0, 5.0}), (1.0 + 0.1) / 2.0, 1e-12);
    EXPECT_NEAR(stage.reward({1.0, 0.0}, {}), (1.0 + std::pow(0.1, 0.25)) / 2.0, 1e-12);
  }
}

TEST(Cartpole, SparseRewardNeedsTheMiddleAndThePoleUp) {
  for (const char* name : {"cartpole_swingup_sparse", "cartpole_balance_sparse"}) {
    SuiteStage stage(name);
    const double edge_rad = std::acos(0.995);
    EXPECT_EQ(stage.reward({0.24, 0.99 * edge_rad}, {0.0, 3.0}, {1.0}), 1.0);
    EXPECT_EQ(stage.reward({0.25, 0.0}, {}), 1.0);
    EXPECT_EQ(stage.reward({0.26, 0.0}, {}), 0.0);
    EXPECT_EQ(stage.reward({0.0, 1.01 * edge_rad}, {}), 0.0);
  }
}

TEST(Cartpole, SwingupStartsHanging) {
  for (const char* name : {"cartpole_swingup", "cartpole_swingup_sparse"}) {
    const auto states = SuiteStage(name).over_resets(kResets, position_and_velocity);
    ASSERT_EQ(states.size(), 4u);  // cart, pole, and their speeds
    expect_normal(states[0], 0.0, 0.01);
    expect_normal(states[1], std::numbers::pi, 0.01);
    expect_normal(states[2], 0.0, 0.01);
    expect_normal(states[3], 0.0, 0.01);
  }
}

TEST(Cartpole, BalanceStartsNearlyUpright) {
  for (const char* name : {"cartpole_balance", "cartpole_balance_sparse"}) {
    const auto states = SuiteStage(name).over_resets(kResets, position_and_velocity);
    ASSERT_EQ(states.size(), 4u);
    expect_uniform(states[0], -0.1, 0.1);
    expect_uniform(states[1], -0.034, 0.034);
    expect_normal(states[2], 0.0, 0.01);
    expect_normal(states[3], 0.0, 0.01);
  }
}

}  // namespace
}  // namespace vrkn
