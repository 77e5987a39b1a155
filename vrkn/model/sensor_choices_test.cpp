#include "vrkn/model/sensor_choices.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/model/model_config.h"

namespace vrkn::model::sensor_choices_test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

const std::vector<env::SensorSpec> kSensors{{"image", env::SensorKind::kImage, {3, 16, 16}},
                                            {"state", env::SensorKind::kVector, {3}}};

TEST(SensorChoices, AreForSingleSensors) {
  const SensorChoices choices({"image=0.25", "state=learned"}, "key");
  EXPECT_EQ(choices.text("state", "1"), "learned");
  EXPECT_EQ(choices.text("other", "1"), "1");
  EXPECT_EQ(choices.weight("image", 1.0), 0.25);
  EXPECT_EQ(choices.weight("other", 7.0), 7.0);
}

TEST(SensorChoices, WhatMeansNothingIsRefused) {
  EXPECT_THAT([] { SensorChoices({"image"}, "key"); }, ThrowsMessage<ConfigError>(HasSubstr("sensor=value")));
  EXPECT_THAT([] { SensorChoices({"image=1", "image=2"}, "key"); }, ThrowsMessage<ConfigError>(HasSubstr("twice")));
  EXPECT_THAT(
      [] {
        SensorChoices({"imag=1"}, "key").check_sensors({"image", "state"});
      },
      ThrowsMessage<ConfigError>(HasSubstr("did you mean 'image'?")));
  for (const char* weight : {"", "-1", "inf", "nan", "two", "1x"}) {
    const SensorChoices choices({"image=" + std::string(weight)}, "key");
    EXPECT_THROW(choices.weight("image", 1.0), ConfigError) << weight;
  }
}

TEST(ObjectiveConfig, RefusesWhatNoSensorCanHave) {
  EXPECT_NO_THROW(
      (ObjectiveConfig{.sensor_noise = "learned", .sensor_noises = {"state=learned-per-element"}}.validate()));
  EXPECT_THROW((ObjectiveConfig{.sensor_noise = "0"}.validate()), ConfigError);
  EXPECT_THROW((ObjectiveConfig{.reward_noise = "small"}.validate()), ConfigError);
  EXPECT_THROW((ObjectiveConfig{.sensor_weights = {"image=-1"}}.validate()), ConfigError);
  EXPECT_THROW((ObjectiveConfig{.sensor_noises = {"image=-1"}}.validate()), ConfigError);

  EXPECT_NO_THROW((ObjectiveConfig{.sensor_noises = {"state=learned-per-element"}}.check_sensors(kSensors)));
  EXPECT_THAT([] { (ObjectiveConfig{.sensor_noise = "learned-per-element"}.check_sensors(kSensors)); },
              ThrowsMessage<ConfigError>(HasSubstr("'image'")));
  EXPECT_THROW((ObjectiveConfig{.sensor_weights = {"positon=1"}}.check_sensors(kSensors)), ConfigError);
  EXPECT_THROW((ObjectiveConfig{.sensor_noises = {"positon=1"}}.check_sensors(kSensors)), ConfigError);
}

}  // namespace
}  // namespace vrkn::model::sensor_choices_test
