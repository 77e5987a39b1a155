#include "vrkn/env/suite/shifted_world.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/env/make_environment.h"

namespace vrkn::env::shifted_world_test {
namespace {

/// What the state reads at every step under one and the same action.
std::vector<std::vector<double>> play(Environment& world, double action, int steps) {
  std::vector<std::vector<double>> readings = {world.reset(3).observation.sensors[0].vector};
  const std::vector<double> actions(static_cast<size_t>(world.spec().action_size), action);
  for (int t = 0; t < steps; ++t) readings.push_back(world.step(actions).observation.sensors[0].vector);
  return readings;
}

TEST(ShiftedWorld, WithoutAShiftIsTheWorldItself) {
  for (const char* task : {"cartpole_swingup", "reacher_easy", "cheetah_run"}) {
    const EnvironmentConfig config{.task = task, .sensors = {"state"}, .transition_noise = 0.2};
    EXPECT_EQ(play(*make_shifted_environment(config, {}), 0.3, 5), play(*make_environment(config), 0.3, 5)) << task;
  }
}

// A pendulum without damping: theta'' = g / l sin(theta) + torque / (m l^2). Small steps from rest show each term
// alone.
TEST(ShiftedWorld, PhysicsScaleAsTheyShould) {
  const EnvironmentConfig config{.task = "pendulum_swingup", .sensors = {"state"}, .action_repeat = 1};
  // The state is (cos, sin) of the angle and the velocity; the first step's change of velocity is the acceleration.
  const auto acceleration = [&](const PhysicsShift& shift, double action) {
    const auto readings = play(*make_shifted_environment(config, {.physics = shift}), action, 1);
    return readings[1][2] - readings[0][2];
  };
  const double weight = acceleration({}, 0.0), push = acceleration({}, 0.5) - weight;
  ASSERT_GT(std::abs(weight), 1e-3);
  ASSERT_GT(std::abs(push), 1e-3);
  EXPECT_NEAR(acceleration({.gravity = 2.0}, 0.0) / weight, 2.0, 0.05);
  EXPECT_NEAR(acceleration({.mass = 4.0}, 0.0) / weight, 1.0, 0.1);  // only the joint's damping tells them apart
  EXPECT_NEAR((acceleration({.actuator = 0.5}, 0.5) - weight) / push, 0.5, 0.02);
  EXPECT_NEAR((acceleration({.mass = 2.0}, 0.5) - acceleration({.mass = 2.0}, 0.0)) / push, 0.5, 0.05);
  EXPECT_NEAR(acceleration({.length = 2.0}, 0.0) / weight, 0.5, 0.05);
  EXPECT_NEAR((acceleration({.length = 2.0}, 0.5) - acceleration({.length = 2.0}, 0.0)) / push, 0.25, 0.02);
}

// What is stretched to twice its length and back is what it was; the cart, which does not turn, stays in its place.
TEST(ShiftedWorld, OnlyWhatTurnsIsStretched) {
  const EnvironmentConfig config{.task = "cartpole_swingup", .sensors = {"position"}};
  const WorldShift longer{.physics = {.length = 2.0}};
  const auto before = play(*make_environment(config), 1.0, 3),
             after = play(*make_shifted_environment(config, longer), 1.0, 3);
  EXPECT_EQ(before[0], after[0]);
  // A longer pole hangs the same cart less strongly to its turn: position, cosine and sine of the angle.
  EXPECT_NEAR(before[3][0], after[3][0], 0.05);
  EXPECT_LT(std::abs(after[3][2] - after[0][2]), std::abs(before[3][2] - before[0][2]));
  for (const char* task : {"cheetah_run", "reacher_easy", "walker_walk", "ball_in_cup_catch"}) {
    const auto readings = play(*make_shifted_environment({.task = task, .sensors = {"state"}}, longer), 0.3, 20);
    for (const double value : readings.back()) EXPECT_TRUE(std::isfinite(value)) << task;
  }
}

TEST(ShiftedWorld, ReadingsAreBiased) {
  EnvironmentConfig config{.task = "cartpole_swingup", .sensors = {"image", "state"}, .image_size = 16};
  config.state.dropout = 0.5;
  const auto right = make_environment(config), wrong = make_shifted_environment(config, {.readings = {.bias = 0.25}});
  const Observation expected = right->reset(3).observation, found = wrong->reset(3).observation;
  for (size_t s = 0; s < 2; ++s) EXPECT_EQ(found.sensors[s].valid, expected.sensors[s].valid);
  for (size_t i = 0; i < expected.sensors[0].image.size(); ++i) {
    EXPECT_NEAR(found.sensors[0].image[i], std::min(255.0, expected.sensors[0].image[i] + 63.75), 0.5);
  }
  int seen = 0;
  for (int t = 0; t < 10; ++t) {
    const std::vector<double> action = {0.3};
    const Reading before = right->step(action).observation.sensors[1],
                  after = wrong->step(action).observation.sensors[1];
    ASSERT_EQ(before.valid, after.valid);
    for (size_t i = 0; before.valid && i < before.vector.size(); ++i) {
      EXPECT_DOUBLE_EQ(after.vector[i], before.vector[i] + 0.25);
      ++seen;
    }
  }
  EXPECT_GT(seen, 0);
}

TEST(ShiftedWorld, ColoursTurn) {
  const EnvironmentConfig config{.task = "cartpole_swingup", .sensors = {"image"}, .image_size = 32};
  const auto picture = [&](double hue) {
    return make_shifted_environment(config, {.scene = {.hue = hue}})->reset(3).observation.sensors[0].image;
  };
  const std::vector<uint8_t> plain = picture(0.0), same = picture(360.0), turned = picture(120.0);
  constexpr size_t kArea = 32 * 32;
  size_t changed = 0;
  for (size_t pixel = 0; pixel < kArea; ++pixel) {
    const auto rgb = [&](const std::vector<uint8_t>& image) {
      return std::array<int, 3>{image[pixel], image[kArea + pixel], image[2 * kArea + pixel]};
    };
    const std::array<int, 3> before = rgb(plain), after = rgb(turned), again = rgb(same);
    for (size_t k = 0; k < 3; ++k) EXPECT_NEAR(before[k], again[k], 1);
    if (before != after) ++changed;
    // Brightness stays: the sum of the three is that of before, but for the texture that a material lies under.
    EXPECT_NEAR(before[0] + before[1] + before[2], after[0] + after[1] + after[2], 40);
  }
  EXPECT_GT(changed, kArea / 100);
}

TEST(ShiftedWorld, RefusesWhatIsNoFactorAndOtherWorlds) {
  EXPECT_THROW(make_shifted_environment({.task = "cartpole_swingup", .sensors = {"state"}}, {.physics = {.mass = 0.0}}),
               ConfigError);
  EXPECT_THROW(make_shifted_environment({.task = "cartpole_swingup", .sensors = {"state"}},
                                        {.readings = {.bias = std::numeric_limits<double>::infinity()}}),
               ConfigError);
  EXPECT_THROW(make_shifted_environment({.task = "double_integrator", .sensors = {"state"}}, {}), ConfigError);
}

}  // namespace
}  // namespace vrkn::env::shifted_world_test
