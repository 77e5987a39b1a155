#pragma once

#include <vector>

#include "vrkn/env/suite/task.h"

namespace vrkn::env {

/// pendulum_swingup.
std::vector<SuiteTask> pendulum_tasks();

}  // namespace vrkn::env
