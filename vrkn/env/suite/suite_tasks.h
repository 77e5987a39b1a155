#pragma once

#include <string_view>
#include <vector>

#include "vrkn/env/suite/task.h"

namespace vrkn {

/// Every control-suite task there is, domain by domain.
std::vector<SuiteTask> suite_tasks();

}  // namespace vrkn
