#include "vrkn/env/suite/shifted_world.h"

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
    const auto readings = play(*make_shifted_environment(config, shift), action, 1);
    return readings[1][2] - readings[0][2];
  };
  const double weight = acceleration({}, 0.0), push = acceleration({}, 0.5) - weight;
  ASSERT_GT(std::abs(weight), 1e-3);
  ASSERT_GT(std::abs(push), 1e-3);
  EXPECT_NEAR(acceleration({.gravity = 2.0}, 0.0) / weight, 2.0, 0.05);
  EXPECT_NEAR(acceleration({.mass = 4.0}, 0.0) / weight, 1.0, 0.1);  // only the joint's damping tells them apart
  EXPECT_NEAR((acceleration({.actuator = 0.5}, 0.5) - weight) / push, 0.5, 0.02);
  EXPECT_NEAR((acceleration({.mass = 2.0}, 0.5) - acceleration({.mass = 2.0}, 0.0)) / push, 0.5, 0.05);
}

TEST(ShiftedWorld, RefusesWhatIsNoFactorAndOtherWorlds) {
  EXPECT_THROW(make_shifted_environment({.task = "cartpole_swingup", .sensors = {"state"}}, {.mass = 0.0}),
               ConfigError);
  EXPECT_THROW(make_shifted_environment({.task = "double_integrator", .sensors = {"state"}}, {}), ConfigError);
}

}  // namespace
}  // namespace vrkn::env::shifted_world_test
