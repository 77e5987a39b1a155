#include <cmath>

#include <gtest/gtest.h>

#include "tests/support/distribution.h"
#include "tests/support/suite_stage.h"

namespace vrkn::env::point_mass_test {
namespace {

TEST(PointMass, ObservesItsJoints) {
  Stage stage("point_mass_easy");
  stage.at({0.1, -0.2}, {0.3, -0.4});
  EXPECT_EQ(stage.observed("position"), (std::vector{0.1, -0.2}));
  EXPECT_EQ(stage.observed("velocity"), (std::vector{0.3, -0.4}));
  EXPECT_EQ(stage.proprioception(), (std::vector{0.1, -0.2}));
}

TEST(PointMass, IsRewardedForRestInTheMiddle) {
  Stage stage("point_mass_easy");
  EXPECT_EQ(stage.at({0.0, 0.0}, {1.0, 1.0}).reward(), 1.0);
  EXPECT_EQ(stage.at({0.0, 0.0149999}).reward(), 1.0);
  EXPECT_NEAR(stage.at({0.0, -0.03}).reward(), 0.1, 1e-12);                        // one margin outside the target
  EXPECT_NEAR(stage.at({0.03, 0.04}).reward(), std::pow(0.1, 49.0 / 9.0), 1e-12);  // 7 / 3 margins
  EXPECT_NEAR(stage.at({0.0, 0.0}, {}, {0.5, 0.0}).reward(), (4.0 + (0.75 + 1.0) / 2.0) / 5.0, 1e-12);
  EXPECT_NEAR(stage.at({0.0, 0.0}, {}, {-0.5, 0.5}).reward(), (4.0 + 0.75) / 5.0, 1e-12);
  EXPECT_NEAR(stage.at({0.0, 0.0}, {}, {9.0, -9.0}).reward(), 0.8, 1e-12);  // the raw control counts
  EXPECT_NEAR(stage.at({-0.03, 0.0}, {}, {1.0, 1.0}).reward(), 0.1 * 0.8, 1e-12);
}

TEST(PointMass, EachMotorPushesAlongOneAxis) {
  Stage stage("point_mass_easy");
  stage.at({0.0, 0.0}, {}, {1.0, 0.0}).physics().step(1);
  // Semi-implicit Euler with the damping taken implicitly: (m + h c) v = h F.
  EXPECT_NEAR(stage.physics().velocity()[0], 0.02 * 0.1 / (0.3 + 0.02 * 1.0), 1e-12);
  EXPECT_EQ(stage.physics().velocity()[1], 0.0);
}

TEST(PointMass, StartsAnywhereAtRest) {
  const auto states = Stage("point_mass_easy").states_over_resets();
  ASSERT_EQ(states.size(), 4u);
  expect_uniform(states[0], -0.29, 0.29);
  expect_uniform(states[1], -0.29, 0.29);
  for (const size_t speed : {2, 3}) EXPECT_EQ(states[speed], std::vector<double>(states[speed].size(), 0.0));
}

}  // namespace
}  // namespace vrkn::env::point_mass_test
