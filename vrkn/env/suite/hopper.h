#pragma once

#include <vector>

#include "vrkn/env/suite/task.h"

namespace vrkn::env {

/// hopper_stand, hopper_hop.
std::vector<SuiteTask> hopper_tasks();

}  // namespace vrkn::env
