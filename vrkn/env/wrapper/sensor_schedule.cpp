#include "vrkn/env/wrapper/sensor_schedule.h"

#include <algorithm>
#include <utility>

#include "vrkn/core/error.h"

namespace vrkn {

SensorSchedule::SensorSchedule(std::unique_ptr<Environment> inner, const std::vector<std::string>& sensors,
                               int64_t shortest, int64_t longest)
    : Wrapper(std::move(inner)), shortest_(shortest), longest_(longest) {
  if (shortest < 1 || longest < shortest) {
    throw ConfigError("the interval between readings is from " + std::to_string(shortest) + " to " +
                      std::to_string(longest) +
                      " steps, but must begin at 1 or more and end no earlier than it begins");
  }
  for (const std::string& name : sensors) {
    const auto found = std::ranges::find(spec().sensors, name, &SensorSpec::name);
    if (found == spec().sensors.end()) {
      throw ConfigError("intermittent_sensors names \"" + name + "\", which is not among the sensors");
    }
    sensors_.push_back({.index = static_cast<size_t>(found - spec().sensors.begin())});
  }
}

TimeStep SensorSchedule::reset(uint64_t seed) {
  for (Intermittent& sensor : sensors_) {
    sensor.intervals = RandomStream(derive_seed(seed, "sensor_schedule", sensor.index));
    sensor.steps_left = sensor.intervals.integer(shortest_, longest_);
  }
  return Wrapper::reset(seed);
}

TimeStep SensorSchedule::step(std::span<const double> action) {
  TimeStep result = Wrapper::step(action);
  for (Intermittent& sensor : sensors_) {
    if (--sensor.steps_left == 0) {
      sensor.steps_left = sensor.intervals.integer(shortest_, longest_);
    } else {
      silence(result.observation.sensors[sensor.index]);
    }
  }
  return result;
}

}  // namespace vrkn
