#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "vrkn/env/suite/task.h"

namespace vrkn::env {

/// Every control-suite task there is, domain by domain.
std::vector<SuiteTask> suite_tasks();

/// The control-suite task `name`; nothing when there is none.
std::optional<SuiteTask> find_suite_task(std::string_view name);

}  // namespace vrkn::env
