#include "vrkn/env/wrapper/transition_noise.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "vrkn/core/error.h"

namespace vrkn::env {

std::vector<double> disturb(std::span<const double> action, double noise_std, ScalarGenerator& noise) {
  std::vector<double> disturbed(action.begin(), action.end());
  for (double& component : disturbed) component = std::clamp(component + noise_std * noise.normal(), -1.0, 1.0);
  return disturbed;
}

TransitionNoise::TransitionNoise(std::unique_ptr<Environment> inner, double noise_std)
    : Wrapper(std::move(inner)), noise_std_(noise_std) {
  if (!(noise_std >= 0.0) || !std::isfinite(noise_std)) {
    throw ConfigError("transition_noise is " + std::to_string(noise_std) + ", but must be at least 0");
  }
}

TimeStep TransitionNoise::reset(uint64_t seed) {
  noise_ = ScalarGenerator(derive_seed(seed, "transition_noise"));
  return Wrapper::reset(seed);
}

TimeStep TransitionNoise::step(std::span<const double> action) {
  return Wrapper::step(disturb(action, noise_std_, noise_));
}

}  // namespace vrkn::env
