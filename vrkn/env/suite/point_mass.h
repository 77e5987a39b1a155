#pragma once

#include <vector>

#include "vrkn/env/suite/task.h"

namespace vrkn::env {

/// point_mass_easy.
std::vector<SuiteTask> point_mass_tasks();

}  // namespace vrkn::env
