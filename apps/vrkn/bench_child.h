#pragma once

#include <optional>
#include <string>
#include <vector>

namespace vrkn::app {

/// Runs this program once more with other arguments, in a process of its own, and returns what it printed. Nothing when
/// a stop was asked for meanwhile: the other process is then stopped, too. Throws InputError with its last words when
/// they were about bad input, Error when it failed otherwise.
std::optional<std::string> run_self(const std::vector<std::string>& arguments);

}  // namespace vrkn::app
