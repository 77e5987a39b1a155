#pragma once

#include <vector>

#include "vrkn/env/suite/task.h"

namespace vrkn {

/// pendulum_swingup.
std::vector<SuiteTask> pendulum_tasks();

}  // namespace vrkn
