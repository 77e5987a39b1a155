#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "tests/support/distribution.h"
#include "tests/support/suite_stage.h"

namespace vrkn::env::acrobot_test {
namespace {

constexpr double kPi = std::numbers::pi;

TEST(Acrobot, ObservesSinesThenCosinesOfBothLinks) {
  Stage stage("acrobot_swingup");
  const double shoulder_rad = 0.4, elbow_rad = -1.7;
  stage.at({shoulder_rad, elbow_rad}, {0.5, -2.5});
  const std::vector<double> found = stage.observed("orientations");
  ASSERT_EQ(found.size(), 4u);
  EXPECT_NEAR(found[0], std::sin(shoulder_rad), 1e-12);
  EXPECT_NEAR(found[1], std::sin(shoulder_rad + elbow_rad), 1e-12);
  EXPECT_NEAR(found[2], std::cos(shoulder_rad), 1e-12);
  EXPECT_NEAR(found[3], std::cos(shoulder_rad + elbow_rad), 1e-12);
  EXPECT_EQ(stage.observed("velocity"), (std::vector{0.5, -2.5}));
  EXPECT_EQ(stage.proprioception(), found);
}

// With a straight elbow the tip is 2 m from the shoulder, so 4 sin(shoulder / 2) from the target.
double distance(double shoulder_rad) {
  return 4.0 * std::sin(std::abs(shoulder_rad) / 2.0);
}

TEST(Acrobot, SmoothRewardFallsWithTheTipsDistance) {
  Stage stage("acrobot_swingup");
  EXPECT_EQ(stage.at({0.0, 0.0}).reward(), 1.0);
  for (const double shoulder_rad : {0.2, -0.5, 1.0, kPi}) {
    const double margins = distance(shoulder_rad) - 0.2;  // outside the target's radius of 0.2 m, the margin is 1 m
    EXPECT_NEAR(stage.at({shoulder_rad, 0.0}, {3.0, 3.0}, {1.0}).reward(), std::pow(0.1, margins * margins), 1e-12);
  }
  const double x = std::sin(0.3) + std::sin(0.3 - 1.1), z = std::cos(0.3) + std::cos(0.3 - 1.1) - 2.0;
  EXPECT_NEAR(stage.at({0.3, -1.1}).reward(), std::pow(0.1, std::pow(std::hypot(x, z) - 0.2, 2)), 1e-12);
}

TEST(Acrobot, SparseRewardNeedsTheTipInTheTarget) {
  Stage stage("acrobot_swingup_sparse");
  const double edge_rad = 2.0 * std::asin(0.2 / 4.0);
  ASSERT_NEAR(distance(edge_rad), 0.2, 1e-15);
  for (const double side : {-1.0, 1.0}) {
    EXPECT_EQ(stage.at({side * (edge_rad - 1e-9), 0.0}).reward(), 1.0);
    EXPECT_EQ(stage.at({side * (edge_rad + 1e-9), 0.0}).reward(), 0.0);
  }
}

TEST(Acrobot, StartsAnywhereAtRest) {
  for (const char* name : {"acrobot_swingup", "acrobot_swingup_sparse"}) {
    const auto states = Stage(name).states_over_resets();
    ASSERT_EQ(states.size(), 4u);
    expect_uniform(states[0], -kPi, kPi);
    expect_uniform(states[1], -kPi, kPi);
    for (const size_t speed : {2, 3}) EXPECT_EQ(states[speed], std::vector<double>(states[speed].size(), 0.0));
  }
}

}  // namespace
}  // namespace vrkn::env::acrobot_test
