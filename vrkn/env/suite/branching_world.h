#pragma once

#include <memory>
#include <span>
#include <vector>

#include "vrkn/core/random.h"
#include "vrkn/env/environment_config.h"
#include "vrkn/env/suite/suite_environment.h"

namespace vrkn::env {

/// A world of the control suite in which one episode goes on, and which can be asked at any time what else may come: as
/// many futures as are wanted from one and the same physics state, each with transition noise of its own.
///
/// Its sensors are clear, as EnvironmentConfig::undisturbed. With equal seeds and actions the episode is that of
/// make_environment.
class BranchingWorld final : public Environment {
 public:
  /// Throws as make_environment, and ConfigError for a world that is not one of the control suite.
  explicit BranchingWorld(const EnvironmentConfig& config);

  const EnvironmentSpec& spec() const override { return episode_->spec(); }
  /// As it was given, with the conditions of the sensors.
  const EnvironmentConfig& config() const { return config_; }
  TimeStep reset(uint64_t seed) override;
  TimeStep step(std::span<const double> action) override { return episode_->step(action); }

  /// One future of H agent steps from where the episode is now, with these actions [H][A] and the noise that `noise`
  /// draws: the time steps `steps` ahead, rising, each from 1 to H. The episode is not touched, and its time limit does
  /// not end a future. Throws as Environment::step.
  std::vector<TimeStep> future(std::span<const std::vector<double>> actions, std::span<const int64_t> steps,
                               ScalarGenerator& noise);

 private:
  EnvironmentConfig config_;
  SuiteEnvironment branch_;
  std::unique_ptr<Environment> episode_;  // with transition noise and action repeat around a SuiteEnvironment:
  SuiteEnvironment* inner_;
};

}  // namespace vrkn::env
