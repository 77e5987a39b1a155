#pragma once

#include <optional>
#include <string_view>

namespace vrkn::env {

/// Seconds of simulated time that a control step of the task `name` takes; nothing for worlds without a clock and for
/// those of a program's own. Throws ConfigError when there is no such task.
std::optional<double> control_timestep_s(std::string_view name);

}  // namespace vrkn::env
