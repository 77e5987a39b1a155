#include "vrkn/env/wrapper/sensor_schedule.h"

#include <string>
#include <utility>

#include "vrkn/core/error.h"

namespace vrkn::env {

SensorSchedule::SensorSchedule(std::unique_ptr<Environment> inner, std::string_view sensor, int64_t shortest,
                               int64_t longest)
    : SensorCondition(std::move(inner), sensor, "sensor_schedule"), shortest_(shortest), longest_(longest) {
  if (shortest < 1 || longest < shortest) {
    throw ConfigError("the interval between readings is from " + std::to_string(shortest) + " to " +
                      std::to_string(longest) +
                      " steps, but must begin at 1 or more and end no earlier than it begins");
  }
}

void SensorSchedule::begin(ScalarGenerator random) {
  intervals_ = random;
  steps_left_ = 0;
}

void SensorSchedule::apply(Reading& reading) {
  if (steps_left_ == 0) {
    steps_left_ = intervals_.integer(shortest_, longest_);
  } else {
    mark_missing(reading);
  }
  --steps_left_;
}

}  // namespace vrkn::env
