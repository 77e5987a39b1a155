#include "vrkn/env/environment_config.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"

namespace vrkn {
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
  EnvironmentConfig::fields(config, [&](std::string_view name, auto&, std::string_view help, const Bounds&) {
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_GT(help.size(), 10u) << name;
  });
  EXPECT_EQ(names.size(), 11u);
}

TEST(EnvironmentConfig, NamesTheMistake) {
  using testing::HasSubstr;
  EXPECT_THAT(complaint({.task = "cartpole_swingupp"}), HasSubstr("did you mean \"cartpole_swingup\"?"));
  EXPECT_THAT(complaint({.sensors = {"image", "touch"}}), HasSubstr("\"touch\""));
  EXPECT_THAT(complaint({.action_repeat = 1001}), HasSubstr("1001"));
  EXPECT_THAT(complaint({.intermittent_sensors = {"state"}}), HasSubstr("\"state\", which is not among the sensors"));
  EXPECT_THAT(complaint({.intermittent_sensors = {"image", "image"}}), HasSubstr("twice"));
  EXPECT_THAT(complaint({.interval_min = 9, .interval_max = 8}), HasSubstr("interval_max is 8"));
  EXPECT_THAT(complaint({.camera = "fixd"}), HasSubstr("\"fixd\", but the scene has only 0 (fixed), 1 (lookatcart)"));
  EXPECT_THAT(complaint({.task = "counter", .camera = "1"}), HasSubstr("counter has only 0"));
}

}  // namespace
}  // namespace vrkn
