#pragma once

#include <deque>

#include "vrkn/env/wrapper/sensor_condition.h"

namespace vrkn::env {

/// A sensor whose readings arrive late: at agent step t that of step t - delay, with its mask, or missing as it was.
/// Before the reset's reading has arrived readings are missing. Not from the paper.
class SensorDelay final : public SensorCondition {
 public:
  /// Throws ConfigError unless `sensor` is a sensor of `inner` and `delay`, in agent steps, is at least 0.
  SensorDelay(std::unique_ptr<Environment> inner, std::string_view sensor, int64_t delay);

 private:
  void begin(ScalarGenerator random) override;
  void apply(Reading& reading) override;

  size_t delay_;
  std::deque<Reading> under_way_;
};

}  // namespace vrkn::env
