#pragma once

#include <vector>

#include "vrkn/env/suite/task.h"

namespace vrkn::env {

/// swimmer_swimmer6.
std::vector<SuiteTask> swimmer_tasks();

}  // namespace vrkn::env
