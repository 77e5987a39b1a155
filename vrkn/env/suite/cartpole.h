#pragma once

#include <vector>

#include "vrkn/env/suite/task.h"

namespace vrkn::env {

/// cartpole_balance, cartpole_balance_sparse, cartpole_swingup, cartpole_swingup_sparse.
std::vector<SuiteTask> cartpole_tasks();

}  // namespace vrkn::env
