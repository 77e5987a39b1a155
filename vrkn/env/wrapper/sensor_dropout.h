#pragma once

#include "vrkn/env/wrapper/sensor_condition.h"

namespace vrkn::env {

/// A sensor that fails now and then: each reading, the reset's included, is missing with the same probability,
/// independently of all others. Not from the paper.
class SensorDropout final : public SensorCondition {
 public:
  /// Throws ConfigError unless `sensor` is a sensor of `inner` and 0 <= probability <= 1.
  SensorDropout(std::unique_ptr<Environment> inner, std::string_view sensor, double probability);

 private:
  void begin(ScalarGenerator random) override { failures_ = random; }
  void apply(Reading& reading) override;

  double probability_;
  ScalarGenerator failures_{0};
};

}  // namespace vrkn::env
