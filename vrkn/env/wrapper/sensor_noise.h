#pragma once

#include "vrkn/env/wrapper/sensor_condition.h"

namespace vrkn::env {

/// Independent Gaussian noise on every value that a sensor reads. Images: the result is rounded and clipped to 0 ...
/// 255, and the mask stays as it is. A missing reading stays missing. Not from the paper.
class SensorNoise final : public SensorCondition {
 public:
  /// `noise_std` is the noise's standard deviation: of vectors in the sensor's units, of images as a share of the full
  /// range of brightness. Throws ConfigError when it is negative or not finite, or `sensor` is no sensor of `inner`.
  SensorNoise(std::unique_ptr<Environment> inner, std::string_view sensor, double noise_std);

 private:
  void begin(ScalarGenerator random) override { readings_ = random; }
  void apply(Reading& reading) override;

  double noise_std_;
  ScalarGenerator readings_{0};
};

}  // namespace vrkn::env
