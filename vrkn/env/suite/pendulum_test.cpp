#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "tests/support/distribution.h"
#include "tests/support/suite_stage.h"

namespace vrkn::env::pendulum_test {
namespace {

constexpr double kPi = std::numbers::pi;

TEST(Pendulum, ObservesTheAnglesCosineAndSine) {
  Stage stage("pendulum_swingup");
  for (const double angle_rad : {0.0, 0.7, -2.0, 3.0 * kPi}) {
    stage.at({angle_rad}, {-1.5});
    const std::vector<double> orientation = stage.observed("orientation");
    ASSERT_EQ(orientation.size(), 2u);
    EXPECT_NEAR(orientation[0], std::cos(angle_rad), 1e-12);
    EXPECT_NEAR(orientation[1], std::sin(angle_rad), 1e-12);
    EXPECT_EQ(stage.observed("velocity"), std::vector{-1.5});
    EXPECT_EQ(stage.proprioception(), orientation);
  }
}

TEST(Pendulum, IsRewardedWithinEightDegrees) {
  Stage stage("pendulum_swingup");
  const double edge_rad = 8.0 * kPi / 180.0;
  EXPECT_EQ(stage.at({0.0}, {20.0}, {1.0}).reward(), 1.0);
  for (const double side : {-1.0, 1.0}) {
    EXPECT_EQ(stage.at({side * (edge_rad - 1e-9)}).reward(), 1.0);
    EXPECT_EQ(stage.at({side * (edge_rad + 1e-9)}).reward(), 0.0);
    EXPECT_EQ(stage.at({side * kPi}).reward(), 0.0);
  }
}

TEST(Pendulum, StartsAnywhereAtRest) {
  const auto states = Stage("pendulum_swingup").states_over_resets();
  ASSERT_EQ(states.size(), 2u);
  expect_uniform(states[0], -kPi, kPi);
  EXPECT_EQ(states[1], std::vector<double>(states[1].size(), 0.0));
}

}  // namespace
}  // namespace vrkn::env::pendulum_test
