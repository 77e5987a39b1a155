#include <array>
#include <cmath>

#include <gtest/gtest.h>

#include "tests/support/distribution.h"
#include "tests/support/plane_geometry.h"
#include "tests/support/suite_stage.h"

namespace vrkn::env::ball_in_cup_test {
namespace {

TEST(BallInCup, ObservesItsJoints) {
  Stage stage("ball_in_cup_catch");
  stage.at({0.1, -0.2, 0.3, 0.25}, {1.0, 2.0, 3.0, 4.0});
  EXPECT_EQ(stage.observed("position"), (std::vector{0.1, -0.2, 0.3, 0.25}));
  EXPECT_EQ(stage.observed("velocity"), (std::vector{1.0, 2.0, 3.0, 4.0}));
  EXPECT_EQ(stage.proprioception(), (std::vector{0.1, -0.2}));
}

TEST(BallInCup, IsRewardedForABallInTheCup) {
  Stage stage("ball_in_cup_catch");
  // The cup's middle is at (x, 0.55 + z), the ball at (x, 0.2 + z).
  const double cup_x = 0.07, cup_z = -0.04;
  const auto reward_at = [&](double away_x, double away_z) {
    return stage.at({cup_x, cup_z, cup_x + away_x, cup_z + 0.35 + away_z}, {1.0, 1.0, 1.0, 1.0}).reward();
  };
  EXPECT_EQ(reward_at(0.0, 0.0), 1.0);
  for (const double side : {-1.0, 1.0}) {
    EXPECT_EQ(reward_at(side * (0.025 - 1e-9), 0.0), 1.0);
    EXPECT_EQ(reward_at(side * (0.025 + 1e-9), 0.0), 0.0);
    EXPECT_EQ(reward_at(0.0, side * (0.025 - 1e-9)), 1.0);
    EXPECT_EQ(reward_at(0.0, side * (0.025 + 1e-9)), 0.0);
    EXPECT_EQ(reward_at(0.02, side * 0.02), 1.0);
    EXPECT_EQ(reward_at(side * 0.03, 0.03), 0.0);
  }
}

// The cup at rest, relative to its upper rim's middle at (0, 0.6): five capsules of radius 0.008.
bool touches_the_cup(double ball_x, double ball_z) {
  constexpr std::array<Point, 6> kCup = {
      {{-0.05, 0.0}, {-0.05, -0.075}, {-0.025, -0.1}, {0.025, -0.1}, {0.05, -0.075}, {0.05, 0.0}}};
  const Point ball{ball_x, 0.2 + ball_z - 0.6};
  for (size_t i = 0; i + 1 < kCup.size(); ++i) {
    if (distance(ball, {kCup[i], kCup[i + 1]}) < 0.025 + 0.008) return true;
  }
  return false;
}

// The ball's place is uniform over a rectangle without the cup's wall. Compared with an independent rejection sampler
// that knows the shapes only, and with the share of the rectangle that is left.
TEST(BallInCup, StartsWithTheBallAnywhereButInTheCupsWall) {
  const auto states = Stage("ball_in_cup_catch").states_over_resets();
  ASSERT_EQ(states.size(), 8u);
  for (const size_t fixed : {0, 1, 4, 5, 6, 7})
    EXPECT_EQ(states[fixed], std::vector<double>(states[fixed].size(), 0.0));

  ScalarGenerator random(3);
  std::vector<double> x, z;
  int draws = 0;
  while (x.size() < states[2].size()) {
    const double ball_x = random.uniform(-0.2, 0.2), ball_z = random.uniform(0.2, 0.5);
    ++draws;
    if (touches_the_cup(ball_x, ball_z)) continue;
    x.push_back(ball_x);
    z.push_back(ball_z);
  }
  EXPECT_GT(draws, 1.1 * static_cast<double>(x.size()));  // the condition does matter
  expect_same_distribution(states[2], x);
  expect_same_distribution(states[3], z);
  // Along two slanted directions, which see how the two depend on each other.
  for (const double side : {-1.0, 1.0}) {
    std::vector<double> found, expected;
    for (size_t i = 0; i < x.size(); ++i) {
      found.push_back(std::abs(states[2][i]) + side * states[3][i]);
      expected.push_back(std::abs(x[i]) + side * z[i]);
    }
    expect_same_distribution(found, expected);
  }
  for (size_t i = 0; i < x.size(); ++i) {
    ASSERT_LE(std::abs(states[2][i]), 0.2);
    ASSERT_GE(states[3][i], 0.2);
    ASSERT_LE(states[3][i], 0.5);
    ASSERT_FALSE(touches_the_cup(states[2][i], states[3][i]));
  }
}

}  // namespace
}  // namespace vrkn::env::ball_in_cup_test
