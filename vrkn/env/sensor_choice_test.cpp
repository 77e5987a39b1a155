#include "vrkn/env/sensor_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"

namespace vrkn::env::sensor_choice_test {
namespace {

const TaskSpec kTask = {
    .name = "task", .domain = "", .goal = "", .sensors = {image_sensor(), vector_sensor("state", 5)}};

TEST(SensorChoice, KeepsTheOrderAndSetsThePictureSize) {
  EXPECT_EQ(choose_sensors(kTask, {"state", "image"}, 32),
            (std::vector<SensorSpec>{vector_sensor("state", 5), image_sensor(32)}));
}

TEST(SensorChoice, NamesTheMistake) {
  const auto message = [](const std::vector<std::string>& names) {
    try {
      choose_sensors(kTask, names, 64);
    } catch (const ConfigError& error) {
      return std::string(error.what());
    }
    return std::string("nothing was thrown");
  };
  EXPECT_THAT(message({"imgae"}), testing::HasSubstr("did you mean 'image'?"));
  EXPECT_THAT(message({"touch"}), testing::HasSubstr("task has only image, state"));
  EXPECT_THAT(message({"image", "image"}), testing::HasSubstr("\"image\" twice"));
  EXPECT_THAT(message({}), testing::HasSubstr("empty"));
  EXPECT_THROW(choose_sensors(kTask, {"image"}, 0), ConfigError);
}

}  // namespace
}  // namespace vrkn::env::sensor_choice_test
