#include "vrkn/env/spec.h"

#include <gtest/gtest.h>

#include "vrkn/core/error.h"

namespace vrkn::env::spec_test {
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
  for (const char* bad : {"", "a.b", "a b", "action", "reward", "kl", "total", "image_valid", "image_visible"}) {
    EXPECT_THROW(check_sensors(named({"image", bad})), ConfigError) << bad;
  }
  EXPECT_THROW(check_sensors(named({"image", "image"})), ConfigError);
}

TEST(SensorSpec, OnlyImagesHaveAMask) {
  std::vector<SensorSpec> sensors{{"image", SensorKind::kImage, {3, 4, 6}}, {"state", SensorKind::kVector, {2}}};
  EXPECT_EQ(sensors[0].mask_size(), 0);
  sensors[0].masked = true;
  EXPECT_EQ(sensors[0].mask_size(), 24);
  EXPECT_EQ(sensors[0].mask_shape(), (std::vector<int64_t>{4, 6}));
  EXPECT_NO_THROW(check_sensors(sensors));
  sensors[1].masked = true;
  EXPECT_THROW(check_sensors(sensors), ConfigError);
}

}  // namespace
}  // namespace vrkn::env::spec_test
