#pragma once

#include <string>
#include <vector>

#include "vrkn/env/task_spec.h"

namespace vrkn::env {

/// The specs of the sensors named in `names`, in that order, with images of `image_size` x `image_size` pixels.
/// Throws ConfigError when there is no name, when a name comes twice, or when `task` has no such sensor (and names
/// those it has).
std::vector<SensorSpec> choose_sensors(const TaskSpec& task, const std::vector<std::string>& names, int64_t image_size);

}  // namespace vrkn::env
