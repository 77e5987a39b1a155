#pragma once

#include <string_view>
#include <vector>

#include "vrkn/env/task_facts.h"

namespace vrkn {

/// The facts of every task that make_environment knows: the control suite's, then the synthetic worlds.
std::vector<TaskFacts> all_tasks();

/// The facts of the task `name`. Throws ConfigError when there is none, and names the nearest one there is.
TaskFacts find_task(std::string_view name);

}  // namespace vrkn
