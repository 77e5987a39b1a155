#include "vrkn/env/suite/branching_world.h"

#include <utility>

#include "vrkn/core/error.h"
#include "vrkn/env/make_environment.h"
#include "vrkn/env/suite/suite_tasks.h"
#include "vrkn/env/wrapper/action_repeat.h"
#include "vrkn/env/wrapper/transition_noise.h"

namespace vrkn::env {
namespace {

SuiteTask suite_task(const EnvironmentConfig& config) {
  config.validate();
  if (std::optional<SuiteTask> task = find_suite_task(config.task)) return *std::move(task);
  throw ConfigError("task is \"" + config.task + "\", but only worlds of the control suite can go on in several ways");
}

}  // namespace

BranchingWorld::BranchingWorld(const EnvironmentConfig& config)
    : config_(config), branch_(suite_task(config), suite_view(config)) {
  auto inner = std::make_unique<SuiteEnvironment>(suite_task(config), suite_view(config));
  inner_ = inner.get();
  episode_ = with_conditions(std::make_unique<ActionRepeat>(std::move(inner), config.resolved_action_repeat()),
                             config.undisturbed());
}

TimeStep BranchingWorld::reset(uint64_t seed) {
  branch_.begin(seed);  // tasks that move or resize things do it here
  return episode_->reset(seed);
}

std::vector<TimeStep> BranchingWorld::future(std::span<const std::vector<double>> actions,
                                             std::span<const int64_t> steps, ScalarGenerator& noise) {
  branch_.begin_at(inner_->physics().state());
  const int64_t repeat = config_.resolved_action_repeat();
  std::vector<TimeStep> found;
  for (int64_t h = 1; found.size() < steps.size(); ++h) {
    const std::vector<double> disturbed = disturb(actions[static_cast<size_t>(h - 1)], config_.transition_noise, noise);
    double reward = 0.0;
    for (int64_t i = 0; i < repeat; ++i) reward += branch_.advance(disturbed).reward;
    if (h == steps[found.size()]) found.push_back({.observation = branch_.observe(), .reward = reward});
  }
  return found;
}

}  // namespace vrkn::env
