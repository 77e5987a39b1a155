#pragma once

#include <vector>

#include "vrkn/env/suite/task.h"

namespace vrkn::env {

/// acrobot_swingup, acrobot_swingup_sparse.
std::vector<SuiteTask> acrobot_tasks();

}  // namespace vrkn::env
