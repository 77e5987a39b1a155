#pragma once

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "vrkn/env/suite/suite_environment.h"
#include "vrkn/env/suite/suite_tasks.h"

namespace vrkn {

/// The control-suite task `name`.
inline env::SuiteTask suite_task(std::string_view name) {
  std::vector<env::SuiteTask> all = env::suite_tasks();
  const auto found = std::ranges::find(all, name, [](const env::SuiteTask& task) { return task.spec.name; });
  if (found == all.end()) throw std::runtime_error("there is no task " + std::string(name));
  return std::move(*found);
}

/// A task that is put into chosen states, or begun many times, to see what it says of them.
class Stage {
 public:
  explicit Stage(std::string_view name) : environment_(suite_task(name), {.sensors = {"state"}}) {}

  env::Physics& physics() { return environment_.physics(); }
  const env::Task& task() const { return environment_.task(); }
  env::SuiteEnvironment& environment() { return environment_; }

  /// Puts the joints to `position` and `velocity` (empty: at rest) and the controls to `control` (empty: off).
  Stage& at(std::vector<double> position, std::vector<double> velocity = {}, std::vector<double> control = {}) {
    velocity.resize(static_cast<size_t>(physics().model().nv));
    control.resize(static_cast<size_t>(physics().model().nu));
    physics().restore({.position = std::move(position), .velocity = std::move(velocity)});
    physics().set_control(control);
    return *this;
  }

  double reward() { return task().reward(physics()); }

  std::vector<double> observed(std::string_view component) {
    for (env::Component& found : task().observe(physics())) {
      if (found.name == component) return std::move(found.values);
    }
    throw std::runtime_error("nothing named " + std::string(component) + " is observed");
  }

  std::vector<double> proprioception() { return task().proprioception(physics()); }

  /// What `measure` gives after each of `count` resets: one list per entry of its result.
  std::vector<std::vector<double>> over_resets(const std::function<std::vector<double>()>& measure,
                                               uint64_t count = 10'000) {
    std::vector<std::vector<double>> lists;
    for (uint64_t seed = 0; seed < count; ++seed) {
      environment_.begin(seed);
      const std::vector<double> values = measure();
      lists.resize(values.size());
      for (size_t k = 0; k < values.size(); ++k) lists[k].push_back(values[k]);
    }
    return lists;
  }

  /// All joint positions after each reset, then all joint velocities.
  std::vector<std::vector<double>> states_over_resets() {
    return over_resets([this] {
      std::vector<double> state(physics().position().begin(), physics().position().end());
      state.insert(state.end(), physics().velocity().begin(), physics().velocity().end());
      return state;
    });
  }

 private:
  env::SuiteEnvironment environment_;
};

}  // namespace vrkn
