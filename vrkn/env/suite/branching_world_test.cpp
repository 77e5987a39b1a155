#include "vrkn/env/suite/branching_world.h"

#include <cmath>

#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/env/make_environment.h"
#include "vrkn/env/suite/suite_tasks.h"

namespace vrkn::env::branching_world_test {
namespace {

using Actions = std::vector<std::vector<double>>;

Actions random_actions(uint64_t seed, int64_t count, int64_t size) {
  ScalarGenerator random(seed);
  Actions actions(static_cast<size_t>(count), std::vector<double>(static_cast<size_t>(size)));
  for (std::vector<double>& action : actions) {
    for (double& component : action) component = random.uniform(-1.0, 1.0);
  }
  return actions;
}

class EveryTask : public testing::TestWithParam<SuiteTask> {};

TEST_P(EveryTask, WithoutNoiseTheFutureIsWhatComes) {
  BranchingWorld world({.task = GetParam().spec.name, .sensors = {"state"}});
  constexpr int64_t kBefore = 3, kAhead = 4;
  const Actions actions = random_actions(5, kBefore + kAhead, world.spec().action_size);
  world.reset(11);
  for (int64_t t = 0; t < kBefore; ++t) world.step(actions[static_cast<size_t>(t)]);
  const std::vector<int64_t> steps = {1, 2, 3, 4};
  ScalarGenerator noise(1);
  const auto first = world.future(std::span(actions).subspan(kBefore), steps, noise);
  const auto again = world.future(std::span(actions).subspan(kBefore), steps, noise);
  for (int64_t h = 0; h < kAhead; ++h) {
    const auto i = static_cast<size_t>(h);
    const TimeStep came = world.step(actions[static_cast<size_t>(kBefore + h)]);
    const std::vector<double>& expected = came.observation.sensors[0].vector;
    EXPECT_EQ(first[i].observation.sensors[0].vector, again[i].observation.sensors[0].vector);
    for (size_t k = 0; k < expected.size(); ++k) {
      // Restored quaternions are normalised once more, which contacts make larger.
      EXPECT_NEAR(first[i].observation.sensors[0].vector[k], expected[k], 1e-6 * (1.0 + std::abs(expected[k]))) << k;
    }
    EXPECT_NEAR(first[i].reward, came.reward, 1e-6);
  }
}

INSTANTIATE_TEST_SUITE_P(Tasks, EveryTask, testing::ValuesIn(suite_tasks()),
                         [](const auto& test) { return test.param.spec.name; });

TEST(BranchingWorld, TheEpisodeIsThatOfMakeEnvironment) {
  const EnvironmentConfig config{.task = "cartpole_swingup", .sensors = {"state"}, .transition_noise = 0.3};
  BranchingWorld world(config);
  const auto expected = make_environment(config);
  const Actions actions = random_actions(1, 10, 1);
  EXPECT_EQ(world.reset(4).observation.sensors[0].vector, expected->reset(4).observation.sensors[0].vector);
  ScalarGenerator noise(1);
  for (const std::vector<double>& action : actions) {
    const std::vector<int64_t> steps = {1};
    world.future({&action, 1}, steps, noise);  // changes nothing
    const TimeStep a = world.step(action), b = expected->step(action);
    EXPECT_EQ(a.observation.sensors[0].vector, b.observation.sensors[0].vector);
    EXPECT_EQ(a.reward, b.reward);
  }
}

// A small disturbance of the action moves the reading by its derivative, so the variance is that of the action times
// the derivative squared.
TEST(BranchingWorld, ScatterIsTheNoiseTimesTheDerivative) {
  constexpr double kNoise = 0.01;
  const EnvironmentConfig still{.task = "cartpole_swingup", .sensors = {"state"}};
  EnvironmentConfig noisy = still;
  noisy.transition_noise = kNoise;
  BranchingWorld clear(still), world(noisy);
  clear.reset(2), world.reset(2);

  const std::vector<int64_t> steps = {1};
  ScalarGenerator noise(3);
  const auto reading = [&](BranchingWorld& from, double action) {
    const Actions actions = {{action}};
    return from.future(actions, steps, noise)[0].observation.sensors[0].vector;
  };
  const std::vector<double> above = reading(clear, 0.2 + 1e-4), below = reading(clear, 0.2 - 1e-4);
  constexpr int kFutures = 4000;
  std::vector<double> sum(above.size()), squared(above.size());
  const std::vector<double> centre = reading(clear, 0.2);
  for (int k = 0; k < kFutures; ++k) {
    const std::vector<double> found = reading(world, 0.2);
    for (size_t i = 0; i < found.size(); ++i) {
      sum[i] += found[i] - centre[i];
      squared[i] += (found[i] - centre[i]) * (found[i] - centre[i]);
    }
  }
  for (size_t i = 0; i < above.size(); ++i) {
    const double derivative = (above[i] - below[i]) / 2e-4;
    const double var = squared[i] / kFutures - (sum[i] / kFutures) * (sum[i] / kFutures);
    const double expected = kNoise * kNoise * derivative * derivative;
    EXPECT_NEAR(var, expected, 0.12 * expected + 1e-12) << i;  // the standard error is 2.2 %
  }
}

TEST(BranchingWorld, RefusesOtherWorlds) {
  EXPECT_THROW(BranchingWorld({.task = "double_integrator", .sensors = {"state"}}), ConfigError);
}

}  // namespace
}  // namespace vrkn::env::branching_world_test
