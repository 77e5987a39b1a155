#pragma once

#include <vector>

#include "vrkn/env/suite/task.h"

namespace vrkn {

/// point_mass_easy.
std::vector<SuiteTask> point_mass_tasks();

}  // namespace vrkn
