#pragma once

#include <vector>

#include "vrkn/env/suite/task.h"

namespace vrkn::env {

/// finger_spin, finger_turn_easy, finger_turn_hard.
std::vector<SuiteTask> finger_tasks();

}  // namespace vrkn::env
