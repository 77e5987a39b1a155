#include "vrkn/env/environment_config.h"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/env/task_list.h"

namespace vrkn::env::environment_config_test {
namespace {

std::string complaint(const EnvironmentConfig& config) {
  try {
    config.validate();
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(EnvironmentConfig, DefaultsAreValid) {
  EXPECT_EQ(complaint({}), "");
}

TEST(EnvironmentConfig, EveryFieldIsListedOnceWithAHelpText) {
  std::set<std::string_view> names;
  EnvironmentConfig config;
  EnvironmentConfig::fields(config, [&](std::string_view name, auto&, std::string_view help, const auto&...) {
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_GT(help.size(), 10u) << name;
  });
  EXPECT_EQ(names.size(), 14u);
}

TEST(EnvironmentConfig, NamesTheMistake) {
  using testing::HasSubstr;
  EXPECT_THAT(complaint({.task = "cartpole_swingupp"}), HasSubstr("did you mean 'cartpole_swingup'?"));
  EXPECT_THAT(complaint({.sensors = {"image", "touch"}}), HasSubstr("\"touch\""));
  EXPECT_THAT(complaint({.action_repeat = 1001}), HasSubstr("1001"));
  EXPECT_THAT(complaint({.camera = "fixd"}), HasSubstr("\"fixd\", but the scene has only 0 (fixed), 1 (lookatcart)"));
  EXPECT_THAT(complaint({.task = "counter", .camera = "1"}), HasSubstr("counter has only 0"));
  EXPECT_EQ(complaint({.state = {.delay = 1}}), "state has conditions, but \"state\" is not among the sensors");
  EXPECT_EQ(complaint({.sensors = {"state"}, .image = {.interval_max = 4}}),
            "image has conditions, but \"image\" is not among the sensors");
  EXPECT_EQ(complaint({.sensors = {"state"}, .occlusion = WallOcclusion{}}),
            "occlusion hides the image, but \"image\" is not among the sensors");
}

TEST(EnvironmentConfig, AWorldOfAProgramsOwnIsTakenAtItsWord) {
  const EnvironmentConfig config{.task = "own:Diver", .sensors = {"sonar"}};
  EXPECT_EQ(complaint(config), "");
  EXPECT_EQ(config.resolved_action_repeat(), 1);
  EXPECT_THAT(complaint({.task = "own:Diver", .sensors = {"sonar"}, .occlusion = WallOcclusion{}}),
              testing::HasSubstr("occlusion hides the image"));
}

TEST(EnvironmentConfig, EverySensorOfEveryTaskHasItsConditions) {
  for (const TaskSpec& task : all_tasks()) {
    for (const SensorSpec& sensor : task.sensors) {
      const auto conditions = EnvironmentConfig{}.conditions();
      EXPECT_EQ(std::ranges::count(conditions, sensor.name, [](const auto& entry) { return entry.first; }), 1)
          << sensor.name;
    }
  }
}

TEST(SensorConditions, AnIntervalEndsAfterItBegins) {
  EXPECT_NO_THROW((SensorConditions{.interval_min = 4, .interval_max = 4}.validate()));
  EXPECT_THROW((SensorConditions{.interval_min = 5, .interval_max = 4}.validate()), ConfigError);
}

}  // namespace
}  // namespace vrkn::env::environment_config_test
