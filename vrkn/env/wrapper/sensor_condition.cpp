#include "vrkn/env/wrapper/sensor_condition.h"

#include <algorithm>
#include <utility>

#include "vrkn/core/error.h"

namespace vrkn::env {

SensorCondition::SensorCondition(std::unique_ptr<Environment> inner, std::string_view sensor, std::string condition)
    : Wrapper(std::move(inner)), condition_(std::move(condition)) {
  const std::vector<SensorSpec>& sensors = Wrapper::spec().sensors;
  const auto found = std::ranges::find(sensors, sensor, &SensorSpec::name);
  if (found == sensors.end()) {
    throw ConfigError("the condition " + condition_ + " is for \"" + std::string(sensor) +
                      "\", which is not among the sensors");
  }
  index_ = static_cast<size_t>(found - sensors.begin());
}

TimeStep SensorCondition::reset(uint64_t seed) {
  begin(ScalarGenerator(derive_seed(seed, condition_, index_)));
  TimeStep result = Wrapper::reset(seed);
  apply(result.observation.sensors.at(index_));
  return result;
}

TimeStep SensorCondition::step(std::span<const double> action) {
  TimeStep result = Wrapper::step(action);
  apply(result.observation.sensors.at(index_));
  return result;
}

}  // namespace vrkn::env
