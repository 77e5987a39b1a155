#include "vrkn/env/spec.h"

#include <gtest/gtest.h>

#include "vrkn/core/error.h"

namespace vrkn {
namespace {

std::vector<SensorSpec> named(std::vector<std::string> names) {
  std::vector<SensorSpec> sensors;
  for (std::string& name : names) {
    sensors.emplace_back();
    sensors.back().name = std::move(name);
  }
  return sensors;
}

TEST(SensorNames, AreWordsOfTheirOwn) {
  EXPECT_NO_THROW(check_sensors(named({"image", "left_wheel", "imu2"})));
  for (const char* bad : {"", "a.b", "a b", "action", "reward", "kl", "total", "image_valid"}) {
    EXPECT_THROW(check_sensors(named({"image", bad})), ConfigError) << bad;
  }
  EXPECT_THROW(check_sensors(named({"image", "image"})), ConfigError);
}

}  // namespace
}  // namespace vrkn
