#pragma once

#include <vector>

#include "vrkn/env/suite/task.h"

namespace vrkn::env {

/// walker_stand, walker_walk, walker_run.
std::vector<SuiteTask> walker_tasks();

}  // namespace vrkn::env
