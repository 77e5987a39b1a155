#include "vrkn/env/wrapper/sensor_dropout.h"

#include <string>
#include <utility>

#include "vrkn/core/error.h"

namespace vrkn::env {

SensorDropout::SensorDropout(std::unique_ptr<Environment> inner, std::string_view sensor, double probability)
    : SensorCondition(std::move(inner), sensor, "sensor_dropout"), probability_(probability) {
  if (!(probability >= 0.0 && probability <= 1.0)) {
    throw ConfigError("dropout is " + std::to_string(probability) + ", but must be from 0 to 1");
  }
}

void SensorDropout::apply(Reading& reading) {
  if (failures_.uniform() < probability_) mark_missing(reading);
}

}  // namespace vrkn::env
