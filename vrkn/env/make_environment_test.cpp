#include "vrkn/env/make_environment.h"

#include <thread>

#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/core/random.h"
#include "vrkn/env/task_list.h"

namespace vrkn {
namespace {

std::vector<TimeStep> play(const EnvironmentConfig& config, uint64_t seed, int steps) {
  const std::unique_ptr<Environment> environment = make_environment(config);
  RandomStream random(seed);
  std::vector<TimeStep> episode = {environment->reset(seed)};
  for (int t = 0; t < steps; ++t) {
    std::vector<double> action(static_cast<size_t>(environment->spec().action_size));
    for (double& component : action) component = random.uniform(-1.0, 1.0);
    episode.push_back(environment->step(action));
  }
  return episode;
}

void expect_equal(const std::vector<TimeStep>& a, const std::vector<TimeStep>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t t = 0; t < a.size(); ++t) {
    EXPECT_EQ(a[t].reward, b[t].reward) << "step " << t;
    ASSERT_EQ(a[t].observation.sensors.size(), b[t].observation.sensors.size());
    for (size_t i = 0; i < a[t].observation.sensors.size(); ++i) {
      EXPECT_EQ(a[t].observation.sensors[i].image, b[t].observation.sensors[i].image) << "step " << t;
      EXPECT_EQ(a[t].observation.sensors[i].vector, b[t].observation.sensors[i].vector) << "step " << t;
      EXPECT_EQ(a[t].observation.sensors[i].valid, b[t].observation.sensors[i].valid) << "step " << t;
    }
  }
}

const EnvironmentConfig kEverything = {.sensors = {"image", "proprioception"},
                                       .transition_noise = 0.2,
                                       .intermittent_sensors = {"image"},
                                       .interval_min = 2,
                                       .interval_max = 3};

TEST(MakeEnvironment, EveryTaskPlays) {
  for (const TaskFacts& task : all_tasks()) {
    EnvironmentConfig config{.task = task.name, .sensors = {}};
    for (const SensorSpec& sensor : task.sensors) config.sensors.push_back(sensor.name);
    for (const TimeStep& step : play(config, 5, 10)) EXPECT_EQ(step.observation.sensors.size(), task.sensors.size());
  }
}

TEST(MakeEnvironment, TheDefaultIsPlaNetsCartpole) {
  const EnvironmentSpec spec = make_environment({})->spec();
  EXPECT_EQ(spec.name, "cartpole_swingup");
  EXPECT_EQ(spec.action_repeat, 8);
  EXPECT_EQ(spec.step_limit, 125);
  EXPECT_EQ(spec.sensors, std::vector<SensorSpec>{image_sensor(64)});
  EXPECT_EQ(make_environment({.action_repeat = 2})->spec().step_limit, 500);
}

TEST(MakeEnvironment, ASeedIsAnEpisodeUnderEveryCondition) {
  expect_equal(play(kEverything, 3, 12), play(kEverything, 3, 12));
}

TEST(MakeEnvironment, ConditionsDoNotDisturbEachOthersDraws) {
  EnvironmentConfig always = kEverything;
  always.intermittent_sensors.clear();
  const std::vector<TimeStep> some = play(kEverything, 4, 12);
  const std::vector<TimeStep> all = play(always, 4, 12);
  for (size_t t = 0; t < all.size(); ++t) {
    EXPECT_EQ(some[t].reward, all[t].reward);
    EXPECT_EQ(some[t].observation.sensors[1].vector, all[t].observation.sensors[1].vector);
  }
}

TEST(MakeEnvironment, ThreadsDoNotDisturbEachOther) {
  const std::vector<TimeStep> one = play(kEverything, 1, 12);
  const std::vector<TimeStep> two = play(kEverything, 2, 12);
  std::vector<TimeStep> one_again;
  std::vector<TimeStep> two_again;
  std::thread first([&] { one_again = play(kEverything, 1, 12); });
  std::thread second([&] { two_again = play(kEverything, 2, 12); });
  first.join();
  second.join();
  expect_equal(one, one_again);
  expect_equal(two, two_again);
}

TEST(MakeEnvironment, RefusesNumbersOutOfRange) {
  EXPECT_THROW(make_environment({.task = "counter", .action_repeat = -1}), ConfigError);
  EXPECT_THROW(make_environment({.task = "counter", .transition_noise = -0.1}), ConfigError);
  EXPECT_THROW(make_environment({.task = "counter", .intermittent_sensors = {"image"}, .interval_min = 0}),
               ConfigError);
  EXPECT_THROW(make_environment({.task = "counter", .image_size = 0}), ConfigError);
}

}  // namespace
}  // namespace vrkn
