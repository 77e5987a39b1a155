#include "vrkn/env/simulation.h"

#include <string>

#include "vrkn/core/error.h"

namespace vrkn::env {

TimeStep Simulation::reset(uint64_t seed) {
  begin(seed);
  return {.observation = observe()};
}

TimeStep Simulation::step(std::span<const double> action) {
  const StepResult outcome = advance(action);
  return {.observation = observe(), .reward = outcome.reward, .is_last = outcome.is_last, .discount = outcome.discount};
}

void Simulation::check_action(std::span<const double> action) const {
  if (action.size() == static_cast<size_t>(spec().action_size)) return;
  throw ShapeError("the action for " + spec().name + " has " + std::to_string(action.size()) +
                   " components, but the task takes " + std::to_string(spec().action_size));
}

}  // namespace vrkn::env
