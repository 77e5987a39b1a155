#pragma once

#include <string_view>
#include <vector>

#include "vrkn/env/task_spec.h"

namespace vrkn::env {

/// The specs of every task that make_environment knows: the control suite's, then the synthetic worlds.
std::vector<TaskSpec> all_tasks();

/// The spec of the task `name`. Throws ConfigError when there is none, and names the nearest one there is.
TaskSpec find_task(std::string_view name);

}  // namespace vrkn::env
