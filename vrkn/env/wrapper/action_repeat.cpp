#include "vrkn/env/wrapper/action_repeat.h"

#include <string>
#include <utility>

#include "vrkn/core/error.h"

namespace vrkn::env {

ActionRepeat::ActionRepeat(std::unique_ptr<Simulation> simulation, int64_t repeat)
    : simulation_(std::move(simulation)), repeat_(repeat), spec_(simulation_->spec()) {
  if (repeat < 1 || repeat > spec_.step_limit) {
    throw ConfigError("action_repeat is " + std::to_string(repeat) + ", but must be from 1 to " +
                      std::to_string(spec_.step_limit) + ", the control steps of an episode of " + spec_.name);
  }
  spec_.action_repeat *= repeat;
  spec_.step_limit /= repeat;
}

TimeStep ActionRepeat::reset(uint64_t seed) {
  agent_steps_ = 0;
  return simulation_->reset(seed);
}

TimeStep ActionRepeat::step(std::span<const double> action) {
  TimeStep result;
  for (int64_t i = 0; i < repeat_ && !result.is_last; ++i) {
    const StepResult outcome = simulation_->advance(action);
    result.reward += outcome.reward;
    result.is_last = outcome.is_last;
    result.discount = outcome.discount;
  }
  ++agent_steps_;
  result.is_last = result.is_last || agent_steps_ >= spec_.step_limit;
  result.observation = simulation_->observe();
  return result;
}

}  // namespace vrkn::env
