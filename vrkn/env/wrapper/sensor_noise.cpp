#include "vrkn/env/wrapper/sensor_noise.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "vrkn/core/error.h"

namespace vrkn::env {

SensorNoise::SensorNoise(std::unique_ptr<Environment> inner, std::string_view sensor, double noise_std)
    : SensorCondition(std::move(inner), sensor, "sensor_noise"), noise_std_(noise_std) {
  if (!(noise_std >= 0.0) || !std::isfinite(noise_std)) {
    throw ConfigError("noise is " + std::to_string(noise_std) + ", but must be at least 0");
  }
}

void SensorNoise::apply(Reading& reading) {
  // A stream for each reading: whether others are missing does not change its noise.
  ScalarGenerator noise(readings_.bits());
  if (!reading.valid) return;
  for (double& value : reading.vector) value += noise_std_ * noise.normal();
  for (uint8_t& value : reading.image) {
    const double noisy = value + 255.0 * noise_std_ * noise.normal();
    value = static_cast<uint8_t>(std::lround(std::clamp(noisy, 0.0, 255.0)));
  }
}

}  // namespace vrkn::env
