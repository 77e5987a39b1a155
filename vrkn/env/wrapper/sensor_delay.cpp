#include "vrkn/env/wrapper/sensor_delay.h"

#include <string>
#include <utility>

#include "vrkn/core/error.h"

namespace vrkn::env {

SensorDelay::SensorDelay(std::unique_ptr<Environment> inner, std::string_view sensor, int64_t delay)
    : SensorCondition(std::move(inner), sensor, "sensor_delay"), delay_(static_cast<size_t>(delay)) {
  if (delay < 0) throw ConfigError("delay is " + std::to_string(delay) + ", but must be at least 0");
}

void SensorDelay::begin(ScalarGenerator /*random*/) {
  under_way_.clear();
}

void SensorDelay::apply(Reading& reading) {
  under_way_.push_back(reading);
  if (under_way_.size() <= delay_) return mark_missing(reading);
  reading = std::move(under_way_.front());
  under_way_.pop_front();
}

}  // namespace vrkn::env
