#pragma once

#include <memory>

#include "vrkn/env/simulation.h"

namespace vrkn::env {

/// One agent step is `repeat` control steps with the same action: rewards are summed, and the sensors are read once,
/// after the last of them. An episode has step_limit / repeat agent steps, rounded down, or fewer when the task itself
/// ends.
class ActionRepeat final : public Environment {
 public:
  /// Throws ConfigError unless 1 <= repeat <= the simulation's step limit.
  ActionRepeat(std::unique_ptr<Simulation> simulation, int64_t repeat);

  const EnvironmentSpec& spec() const override { return spec_; }
  TimeStep reset(uint64_t seed) override;
  TimeStep step(std::span<const double> action) override;
  std::optional<Image> render(int height, int width) override { return simulation_->render(height, width); }

 private:
  std::unique_ptr<Simulation> simulation_;
  int64_t repeat_;
  EnvironmentSpec spec_;
  int64_t agent_steps_ = 0;
};

}  // namespace vrkn::env
