#pragma once

#include "vrkn/env/wrapper/sensor_condition.h"

namespace vrkn::env {

/// A sensor that gives a reading only now and then. There is one at the reset; after every reading the next one follows
/// an interval of agent steps drawn uniformly from {shortest, ..., longest}. In between readings are missing. Source:
/// the paper's tasks with missing observations and with fusion.
class SensorSchedule final : public SensorCondition {
 public:
  /// Throws ConfigError unless `sensor` is a sensor of `inner` and 1 <= shortest <= longest.
  SensorSchedule(std::unique_ptr<Environment> inner, std::string_view sensor, int64_t shortest, int64_t longest);

 private:
  void begin(ScalarGenerator random) override;
  void apply(Reading& reading) override;

  int64_t shortest_;
  int64_t longest_;
  ScalarGenerator intervals_{0};
  int64_t steps_left_ = 0;  // until the next reading
};

}  // namespace vrkn::env
