#pragma once

#include <vector>

#include "vrkn/env/suite/task.h"

namespace vrkn::env {

/// ball_in_cup_catch.
std::vector<SuiteTask> ball_in_cup_tasks();

}  // namespace vrkn::env
