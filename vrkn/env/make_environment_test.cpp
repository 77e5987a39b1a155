#include "vrkn/env/make_environment.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <thread>

#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/core/random.h"
#include "vrkn/env/task_list.h"

namespace vrkn::env::make_environment_test {
namespace {

std::vector<TimeStep> play(const EnvironmentConfig& config, uint64_t seed, int steps) {
  const std::unique_ptr<Environment> environment = make_environment(config);
  ScalarGenerator random(seed);
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
      EXPECT_EQ(a[t].observation.sensors[i].visible, b[t].observation.sensors[i].visible) << "step " << t;
      EXPECT_EQ(a[t].observation.sensors[i].valid, b[t].observation.sensors[i].valid) << "step " << t;
    }
  }
}

const EnvironmentConfig kEverything = {.sensors = {"image", "proprioception"},
                                       .transition_noise = 0.2,
                                       .occlusion = DiscOcclusion{},
                                       .image = {.interval_min = 2, .interval_max = 3, .noise = 0.05},
                                       .proprioception = {.dropout = 0.3, .delay = 1, .noise = 0.1}};

TEST(MakeEnvironment, EveryTaskPlays) {
  for (const TaskSpec& task : all_tasks()) {
    EnvironmentConfig config{.task = task.name, .sensors = {}};
    for (const SensorSpec& sensor : task.sensors) config.sensors.push_back(sensor.name);
    for (const TimeStep& step : play(config, 5, 10)) EXPECT_EQ(step.observation.sensors.size(), task.sensors.size());
  }
}

TEST(MakeEnvironment, ConditionsGoAroundAWorldOfAProgramsOwn) {
  EXPECT_THROW(make_environment({.task = "own:Diver"}), ConfigError);
  EnvironmentConfig config{.sensors = {"state"}};
  const std::unique_ptr<Environment> bare = make_environment(config);
  config.task = "own:cartpole";
  config.state = {.interval_min = 2, .interval_max = 2};
  const std::unique_ptr<Environment> world = with_conditions(make_environment({.sensors = {"state"}}), config);
  const std::array<double, 1> action = {0.5};
  EXPECT_EQ(world->reset(3).observation.sensors[0].vector, bare->reset(3).observation.sensors[0].vector);
  EXPECT_FALSE(world->step(action).observation.sensors[0].valid);
  bare->step(action);
  EXPECT_EQ(world->step(action).observation.sensors[0].vector, bare->step(action).observation.sensors[0].vector);
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
  EnvironmentConfig everything = kEverything;
  everything.task = "double_integrator";  // no renderer needed
  const std::vector<TimeStep> with_all = play(everything, 4, 60);
  const auto expect_same_values = [&](const EnvironmentConfig& config, size_t sensor) {
    const std::vector<TimeStep> episode = play(config, 4, 60);
    int compared = 0;
    for (size_t t = 0; t < episode.size(); ++t) {
      EXPECT_EQ(episode[t].reward, with_all[t].reward);
      const Reading& some = with_all[t].observation.sensors[sensor];
      const Reading& all = episode[t].observation.sensors[sensor];
      EXPECT_LE(some.valid, all.valid);
      if (!some.valid) continue;
      EXPECT_EQ(some.image, all.image) << t;
      EXPECT_EQ(some.visible, all.visible) << t;
      EXPECT_EQ(some.vector, all.vector) << t;
      ++compared;
    }
    EXPECT_GT(compared, 20);
  };
  EnvironmentConfig always = everything;
  always.image.interval_min = always.image.interval_max = 1;
  expect_same_values(always, 0);
  expect_same_values(always, 1);
  EnvironmentConfig never_lost = everything;
  never_lost.proprioception.dropout = 0.0;
  expect_same_values(never_lost, 1);
  EnvironmentConfig no_image_conditions = everything;
  no_image_conditions.image = {};
  no_image_conditions.occlusion = NoOcclusion{};
  expect_same_values(no_image_conditions, 1);
}

TEST(MakeEnvironment, ConditionsComeInTheDocumentedOrder) {
  // The counter's state is the agent step, its image is grey level t in the red plane.
  const EnvironmentConfig config{.task = "counter",
                                 .sensors = {"image", "state"},
                                 .image_size = 16,
                                 .action_repeat = 2,
                                 .occlusion = WallOcclusion{},
                                 .image = {.interval_min = 2, .interval_max = 4, .dropout = 0.2, .delay = 3}};
  const auto spec = make_environment(config)->spec();
  EXPECT_TRUE(spec.sensors[0].masked);
  EXPECT_FALSE(spec.sensors[1].masked);
  EnvironmentConfig at_once = config;
  at_once.image.delay = 0;
  const std::vector<TimeStep> late = play(config, 6, 40), now = play(at_once, 6, 40);
  int heard = 0;
  for (size_t t = 3; t < late.size(); ++t) {
    const Reading& image = late[t].observation.sensors[0];
    EXPECT_EQ(image.valid, now[t - 3].observation.sensors[0].valid) << "silences are as late as readings";
    EXPECT_EQ(image.image, now[t - 3].observation.sensors[0].image);
    EXPECT_EQ(late[t].observation.sensors[1].vector[0], 2.0 * static_cast<double>(t));
    if (!image.valid) continue;
    ++heard;
    for (size_t pixel = 0; pixel < 256; ++pixel) {
      if (image.visible[pixel] == 0) continue;
      EXPECT_EQ(image.image[pixel], 2 * (t - 3)) << "once per agent step";
    }
  }
  EXPECT_GT(heard, 5);
}

TEST(MakeEnvironment, SyntheticWorldsHaveAllConditions) {
  for (const char* task : {"counter", "double_integrator"}) {
    const EnvironmentConfig config{.task = task,
                                   .sensors = {"state", "image"},
                                   .image_size = 16,
                                   .transition_noise = 0.1,
                                   .occlusion = DiscOcclusion{},
                                   .image = {.interval_max = 3, .dropout = 0.1, .delay = 1, .noise = 0.02},
                                   .state = {.interval_max = 2, .dropout = 0.1, .delay = 2, .noise = 0.02}};
    const std::vector<TimeStep> episode = play(config, 3, 40);
    expect_equal(episode, play(config, 3, 40));
    std::array<int, 2> heard{};
    int hidden = 0;
    for (const TimeStep& step : episode) {
      for (size_t i = 0; i < 2; ++i) heard[i] += step.observation.sensors[i].valid ? 1 : 0;
      const Reading& image = step.observation.sensors[1];
      ASSERT_EQ(image.visible.size(), 256u);
      if (image.valid) hidden += static_cast<int>(std::ranges::count(image.visible, 0));
    }
    for (const int count : heard) EXPECT_TRUE(count > 5 && count < 41) << task;
    EXPECT_GT(hidden, 0) << task;
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
  for (const SensorConditions& bad : std::initializer_list<SensorConditions>{{.interval_min = 0},
                                                                             {.interval_min = 3, .interval_max = 2},
                                                                             {.dropout = 1.5},
                                                                             {.delay = -1},
                                                                             {.noise = -0.1}}) {
    EXPECT_THROW(make_environment({.task = "counter", .image = bad}), ConfigError);
  }
  EXPECT_THROW(make_environment({.task = "counter", .occlusion = DiscOcclusion{.radius_max = 2.0}}), ConfigError);
  EXPECT_THROW(make_environment({.task = "counter", .image_size = 0}), ConfigError);
}

}  // namespace
}  // namespace vrkn::env::make_environment_test
