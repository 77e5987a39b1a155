#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "tests/support/distribution.h"
#include "tests/support/suite_stage.h"

namespace vrkn::env::cartpole_test {
namespace {

double reward(Stage& stage, double cart, double angle_rad, double spin, double control) {
  return stage.at({cart, angle_rad}, {0.0, spin}, {control}).reward();
}

TEST(Cartpole, SmoothRewardIsTheProductOfFourTerms) {
  for (const char* name : {"cartpole_swingup", "cartpole_balance"}) {
    Stage stage(name);
    EXPECT_NEAR(reward(stage, 0.0, 0.0, 0.0, 0.0), 1.0, 1e-12);
    EXPECT_NEAR(reward(stage, 0.0, std::numbers::pi / 2.0, 0.0, 0.0), 0.5, 1e-12);
    EXPECT_NEAR(reward(stage, 0.0, 0.0, 0.0, 0.5), (4.0 + 0.75) / 5.0, 1e-12);
    EXPECT_NEAR(reward(stage, 0.0, 0.0, 0.0, 7.0), 0.8, 1e-12);  // the raw control counts, beyond its range too
    EXPECT_NEAR(reward(stage, 0.0, 0.0, 5.0, 0.0), (1.0 + 0.1) / 2.0, 1e-12);
    EXPECT_NEAR(reward(stage, 1.0, 0.0, 0.0, 0.0), (1.0 + std::pow(0.1, 0.25)) / 2.0, 1e-12);
  }
}

TEST(Cartpole, SparseRewardNeedsTheMiddleAndThePoleUp) {
  for (const char* name : {"cartpole_swingup_sparse", "cartpole_balance_sparse"}) {
    Stage stage(name);
    const double edge_rad = std::acos(0.995);
    EXPECT_EQ(reward(stage, 0.24, 0.99 * edge_rad, 3.0, 1.0), 1.0);
    EXPECT_EQ(reward(stage, 0.25, 0.0, 0.0, 0.0), 1.0);
    EXPECT_EQ(reward(stage, 0.26, 0.0, 0.0, 0.0), 0.0);
    EXPECT_EQ(reward(stage, 0.0, 1.01 * edge_rad, 0.0, 0.0), 0.0);
  }
}

TEST(Cartpole, SwingupStartsHanging) {
  for (const char* name : {"cartpole_swingup", "cartpole_swingup_sparse"}) {
    const auto states = Stage(name).states_over_resets();
    ASSERT_EQ(states.size(), 4u);  // cart, pole, and their speeds
    expect_normal(states[0], 0.0, 0.01);
    expect_normal(states[1], std::numbers::pi, 0.01);
    expect_normal(states[2], 0.0, 0.01);
    expect_normal(states[3], 0.0, 0.01);
  }
}

TEST(Cartpole, BalanceStartsNearlyUpright) {
  for (const char* name : {"cartpole_balance", "cartpole_balance_sparse"}) {
    const auto states = Stage(name).states_over_resets();
    ASSERT_EQ(states.size(), 4u);
    expect_uniform(states[0], -0.1, 0.1);
    expect_uniform(states[1], -0.034, 0.034);
    expect_normal(states[2], 0.0, 0.01);
    expect_normal(states[3], 0.0, 0.01);
  }
}

}  // namespace
}  // namespace vrkn::env::cartpole_test
