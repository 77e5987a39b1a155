#include "vrkn/env/sensor_conditions.h"

#include <string>

#include "vrkn/core/error.h"

namespace vrkn::env {

void SensorConditions::validate() const {
  if (interval_max < interval_min) {
    throw ConfigError("interval_max is " + std::to_string(interval_max) + ", but must be at least interval_min, " +
                      std::to_string(interval_min));
  }
}

}  // namespace vrkn::env
