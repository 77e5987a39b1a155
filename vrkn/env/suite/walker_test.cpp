#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "tests/support/distribution.h"
#include "tests/support/suite_stage.h"
#include "tests/support/values.h"

namespace vrkn::env::walker_test {
namespace {

constexpr double kPi = std::numbers::pi;

// The straight pose, `lift` m higher than where the feet just touch the floor and leaning by `pitch`.
std::vector<double> pose(double lift, double pitch) {
  return {lift, 0, pitch, 0, 0, 0, 0, 0, 0};
}
std::vector<double> speed(double forward) {
  return {0, forward, 0, 0, 0, 0, 0, 0, 0};
}

TEST(Walker, SeesThePitchOfEveryBody) {
  Stage stage("walker_walk");
  const std::vector<double> position = {0.4, 7.0, 0.3, 0.5, -1.2, 0.2, -0.1, -0.7, -0.4};
  const std::vector<double> velocity = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  stage.at(position, velocity);

  // The legs' axes point the other way than the torso's, so their angles count negative. Right leg, then left.
  const double torso = position[2];
  std::vector<double> pitches = {torso};
  for (const size_t hip : {3u, 6u}) {
    double pitch = torso;
    for (const size_t joint : {hip, hip + 1, hip + 2}) pitches.push_back(pitch -= position[joint]);
  }
  std::vector<double> orientations;
  for (const double pitch : pitches) orientations.insert(orientations.end(), {std::cos(pitch), std::sin(pitch)});

  const std::vector<Component> all = stage.task().observe(stage.physics());
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].name, "orientations");
  expect_near(orientations, all[0].values, 1e-12);
  EXPECT_EQ(all[1].name, "height");
  expect_near({1.3 + 0.4}, all[1].values, 1e-12);
  EXPECT_EQ(all[2].name, "velocity");
  EXPECT_EQ(all[2].values, velocity);
  expect_near(orientations, stage.proprioception(), 1e-12);
}

TEST(Walker, StandingIsHighAndUpright) {
  Stage stage("walker_stand");
  EXPECT_NEAR(stage.at(pose(0.0, 0.0)).reward(), 1.0, 1e-12);
  EXPECT_NEAR(stage.at(pose(-0.0999, 0.0)).reward(), 1.0, 1e-12);
  EXPECT_LT(stage.at(pose(-0.11, 0.0)).reward(), 1.0);
  EXPECT_NEAR(stage.at(pose(-0.7, 0.0)).reward(), (3.0 * 0.1 + 1.0) / 4.0, 1e-12);
  EXPECT_NEAR(stage.at(pose(-0.4, 0.0)).reward(), (3.0 * std::pow(0.1, 0.25) + 1.0) / 4.0, 1e-12);
  EXPECT_NEAR(stage.at(pose(5.0, kPi)).reward(), 0.75, 1e-12);
  EXPECT_NEAR(stage.at(pose(5.0, 0.5 * kPi)).reward(), 3.5 / 4.0, 1e-12);
  EXPECT_NEAR(stage.at(pose(0.0, 0.0), speed(3.0)).reward(), 1.0, 1e-12);  // whatever the speed
}

TEST(Walker, MovingMultipliesStandingByTheShareOfTheSpeedAskedFor) {
  for (const auto& [name, asked] : {std::pair{"walker_walk", 1.0}, std::pair{"walker_run", 8.0}}) {
    Stage stage(name);
    EXPECT_NEAR(stage.at(pose(0.0, 0.0), speed(-1.0)).reward(), 1.0 / 6.0, 1e-12);
    EXPECT_NEAR(stage.at(pose(0.0, 0.0), speed(0.0)).reward(), 1.0 / 6.0, 1e-12);
    EXPECT_NEAR(stage.at(pose(0.0, 0.0), speed(0.25 * asked)).reward(), 2.25 / 6.0, 1e-12);
    EXPECT_NEAR(stage.at(pose(0.0, 0.0), speed(asked)).reward(), 1.0, 1e-12);
    EXPECT_NEAR(stage.at(pose(0.0, 0.0), speed(2.0 * asked)).reward(), 1.0, 1e-12);
    EXPECT_NEAR(stage.at(pose(5.0, kPi), speed(0.5 * asked)).reward(), 0.75 * 3.5 / 6.0, 1e-12);
  }
}

TEST(Walker, BeginsInAnyPose) {
  for (const char* name : {"walker_stand", "walker_walk", "walker_run"}) {
    const std::vector<std::vector<double>> all = Stage(name).states_over_resets();
    ASSERT_EQ(all.size(), 18u);
    expect_constant(all[0], 0.0);
    expect_constant(all[1], 0.0);
    expect_uniform(all[2], -kPi, kPi);
    for (const size_t hip : {3u, 6u}) {
      expect_uniform(all[hip], -kPi / 9.0, 5.0 * kPi / 9.0);  // -20 to 100 degrees
      expect_uniform(all[hip + 1], -5.0 * kPi / 6.0, 0.0);    // -150 to 0
      expect_uniform(all[hip + 2], -kPi / 4.0, kPi / 4.0);    // -45 to 45
    }
    for (size_t k = 9; k < 18; ++k) expect_constant(all[k], 0.0);
  }
}

}  // namespace
}  // namespace vrkn::env::walker_test
