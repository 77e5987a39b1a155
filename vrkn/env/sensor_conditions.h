#pragma once

#include <cstdint>

#include "vrkn/core/field.h"

namespace vrkn::env {

/// The conditions under which one sensor is read. The defaults are none.
struct SensorConditions {
  int64_t interval_min = 1;
  int64_t interval_max = 1;
  double dropout = 0.0;
  int64_t delay = 0;
  double noise = 0.0;

  static constexpr void fields(auto& self, auto&& field) {
    field("interval_min", self.interval_min, "fewest agent steps from one reading to the next", at_least(1));
    field("interval_max", self.interval_max, "most agent steps from one reading to the next", at_least(1));
    field("dropout", self.dropout, "probability that a reading is missing", between(0, 1));
    field("delay", self.delay, "agent steps from a reading to its arrival", at_least(0));
    field("noise", self.noise, "standard deviation: of an image as a share of its range, else in the sensor's units",
          at_least(0));
  }
  /// Throws ConfigError when the interval ends before it begins.
  void validate() const;
  bool operator==(const SensorConditions&) const = default;
};

}  // namespace vrkn::env
