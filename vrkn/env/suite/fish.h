#pragma once

#include <vector>

#include "vrkn/env/suite/task.h"

namespace vrkn::env {

/// fish_swim.
std::vector<SuiteTask> fish_tasks();

}  // namespace vrkn::env
