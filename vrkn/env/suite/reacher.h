#pragma once

#include <vector>

#include "vrkn/env/suite/task.h"

namespace vrkn::env {

/// reacher_easy, reacher_hard.
std::vector<SuiteTask> reacher_tasks();

}  // namespace vrkn::env
