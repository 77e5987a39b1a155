#include "vrkn/env/suite/suite_environment.h"

#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/core/picture.h"
#include "vrkn/env/pixels.h"
#include "vrkn/env/suite/suite_tasks.h"

namespace vrkn::env::suite_environment_test {
namespace {

std::vector<double> random_action(ScalarGenerator& random, const EnvironmentSpec& spec) {
  std::vector<double> action(static_cast<size_t>(spec.action_size));
  for (double& component : action) component = random.uniform(-1.0, 1.0);
  return action;
}

class EverySuiteTask : public testing::TestWithParam<SuiteTask> {};

TEST_P(EverySuiteTask, DeliversWhatItsFactsPromise) {
  const SuiteTask& task = GetParam();
  std::vector<std::string> sensors;
  for (const SensorSpec& sensor : task.spec.sensors) sensors.push_back(sensor.name);
  SuiteEnvironment environment(task, {.sensors = sensors});
  EXPECT_EQ(environment.spec().sensors, task.spec.sensors);
  EXPECT_EQ(environment.physics().model().nu, task.spec.action_size);
  EXPECT_EQ(environment.spec().step_limit, 1000);

  ScalarGenerator random(7);
  TimeStep now = environment.reset(7);
  EXPECT_EQ(now.reward, 0.0);
  for (int t = 0; t < 20; ++t) {
    now = environment.step(random_action(random, environment.spec()));
    EXPECT_GE(now.reward, 0.0);
    EXPECT_LE(now.reward, 1.0);
    EXPECT_FALSE(now.is_last);
    ASSERT_EQ(now.observation.sensors.size(), sensors.size());
    for (size_t i = 0; i < sensors.size(); ++i) {
      const Reading& reading = now.observation.sensors[i];
      EXPECT_EQ(static_cast<int64_t>(reading.image.size() + reading.vector.size()), task.spec.sensors[i].size());
      EXPECT_TRUE(reading.valid);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Tasks, EverySuiteTask, testing::ValuesIn(suite_tasks()),
                         [](const auto& test) { return test.param.spec.name; });

SuiteTask swingup() {
  for (const SuiteTask& task : suite_tasks()) {
    if (task.spec.name == "cartpole_swingup") return task;
  }
  throw ConfigError("there is no cartpole_swingup");
}

TEST(SuiteEnvironment, SensorsShowTheSameStateInTheOrderAsked) {
  SuiteEnvironment environment(swingup(), {.sensors = {"position", "state", "proprioception"}});
  const TimeStep start = environment.reset(3);
  const std::vector<double>& position = start.observation.sensors[0].vector;
  const std::vector<double>& state = start.observation.sensors[1].vector;
  EXPECT_EQ(position, std::vector<double>(state.begin(), state.begin() + 3));
  EXPECT_EQ(start.observation.sensors[2].vector, std::vector<double>{state[0]});
  EXPECT_LT(state[1], -0.99);  // hanging
}

TEST(SuiteEnvironment, AnEpisodeEndsAfterAThousandStepsWithoutADiscount) {
  SuiteEnvironment environment(swingup(), {.sensors = {"state"}});
  for (const uint64_t seed : {1, 2}) {
    environment.begin(seed);
    for (int t = 1; t <= 1000; ++t) {
      const StepResult outcome = environment.advance(std::vector{0.1});
      ASSERT_EQ(outcome.is_last, t == 1000) << "step " << t;
      EXPECT_EQ(outcome.discount, 1.0);
    }
  }
}

TEST(SuiteEnvironment, ASeedIsAnEpisode) {
  const auto play = [](SuiteEnvironment& environment, uint64_t seed) {
    std::vector<TimeStep> episode = {environment.reset(seed)};
    ScalarGenerator random(seed);
    for (int t = 0; t < 10; ++t) episode.push_back(environment.step(random_action(random, environment.spec())));
    return episode;
  };
  SuiteEnvironment first(swingup(), {.sensors = {"image", "state"}});
  SuiteEnvironment second(swingup(), {.sensors = {"image", "state"}});
  play(second, 12);  // what was played before must not matter
  const std::vector<TimeStep> a = play(first, 11);
  const std::vector<TimeStep> b = play(second, 11);
  for (size_t t = 0; t < a.size(); ++t) {
    EXPECT_EQ(a[t].reward, b[t].reward);
    EXPECT_EQ(a[t].observation.sensors[0].image, b[t].observation.sensors[0].image) << "step " << t;
    EXPECT_EQ(a[t].observation.sensors[1].vector, b[t].observation.sensors[1].vector) << "step " << t;
  }
  EXPECT_NE(a[0].observation.sensors[1].vector, play(first, 12)[0].observation.sensors[1].vector);
}

TEST(SuiteEnvironment, TheSensorImageIsWhatPeopleSee) {
  SuiteEnvironment environment(swingup(), {.sensors = {"image"}, .image_size = 48});
  const TimeStep start = environment.reset(1);
  const Image seen = environment.render(48, 48).value();
  EXPECT_EQ(image_from_planes(start.observation.sensors[0].image, 48, 48).pixels, seen.pixels);
}

// A pole of 32 x 32 pixels is thinner than one: drawn at once it is a row of bright and dark pixels.
TEST(SuiteEnvironment, ASupersampledImageIsTheAverageOfALargeOne) {
  SuiteEnvironment environment(swingup(), {.sensors = {"image"}, .image_size = 32, .image_supersampling = 4});
  const TimeStep start = environment.reset(1);
  const Image large = environment.render(128, 128).value();
  EXPECT_EQ(start.observation.sensors[0].image, planar(averaged_down(large, 4)));
  EXPECT_NE(start.observation.sensors[0].image, planar(environment.render(32, 32).value()));
}

TEST(SuiteEnvironment, ASupersampledImageIsDrawnWithAtMost480Pixels) {
  SuiteEnvironment environment(swingup(), {.sensors = {"image"}, .image_size = 200, .image_supersampling = 4});
  const TimeStep start = environment.reset(1);
  EXPECT_EQ(start.observation.sensors[0].image, planar(averaged_down(environment.render(400, 400).value(), 2)));
}

TEST(SuiteEnvironment, RefusesWhatItDoesNotKnow) {
  EXPECT_THROW(SuiteEnvironment(swingup(), {.sensors = {"smell"}}), ConfigError);
  SuiteEnvironment environment(swingup(), {.sensors = {"state"}});
  environment.reset(1);
  EXPECT_THROW(environment.step(std::vector{0.0, 0.0}), ShapeError);
  SuiteEnvironment blind(swingup(), {.sensors = {"state"}, .renderer = "crayon"});
  EXPECT_NO_THROW(blind.reset(1));  // no picture, no renderer
  EXPECT_THROW(blind.render(64, 64), ConfigError);
}

}  // namespace
}  // namespace vrkn::env::suite_environment_test
