#pragma once

#include <memory>
#include <span>
#include <vector>

#include "vrkn/core/random.h"
#include "vrkn/env/wrapper/wrapper.h"

namespace vrkn::env {

/// `action` with Gaussian noise of this standard deviation added to every component, clipped to [-1, 1].
std::vector<double> disturb(std::span<const double> action, double noise_std, ScalarGenerator& noise);

/// Makes the world uncertain: once per agent step, Gaussian noise is added to the action, and the sum clipped to [-1,
/// 1]. The agent does not learn what was drawn. Source: the paper's tasks with transition noise.
class TransitionNoise final : public Wrapper {
 public:
  /// `noise_std` is the noise's standard deviation, in units of the action. Throws ConfigError when it is negative or
  /// not finite.
  TransitionNoise(std::unique_ptr<Environment> inner, double noise_std);

  TimeStep reset(uint64_t seed) override;
  TimeStep step(std::span<const double> action) override;

 private:
  double noise_std_;
  ScalarGenerator noise_{0};
};

}  // namespace vrkn::env
