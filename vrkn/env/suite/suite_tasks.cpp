#include "vrkn/env/suite/suite_tasks.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "vrkn/env/suite/domains.h"

namespace vrkn::env {

std::vector<SuiteTask> suite_tasks() {
  constexpr std::array kDomains = {
      acrobot_tasks, ball_in_cup_tasks, cartpole_tasks,   cheetah_tasks, finger_tasks,  fish_tasks,
      hopper_tasks,  pendulum_tasks,    point_mass_tasks, reacher_tasks, swimmer_tasks, walker_tasks,
  };
  std::vector<SuiteTask> all;
  for (auto* domain : kDomains) std::ranges::move(domain(), std::back_inserter(all));
  return all;
}

std::optional<SuiteTask> find_suite_task(std::string_view name) {
  for (SuiteTask& task : suite_tasks()) {
    if (task.spec.name == name) return std::move(task);
  }
  return std::nullopt;
}

}  // namespace vrkn::env
