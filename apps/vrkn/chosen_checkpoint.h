#pragma once

#include <optional>
#include <string>

#include "vrkn/run/checkpoint.h"
#include "vrkn/run/run_directory.h"

namespace vrkn::app {

/// The checkpoint that a run goes on from, by the names of RunDirectory::find_checkpoint, and says so. None for a run
/// that was cut off before its first checkpoint: it begins anew.
std::optional<run::Checkpoint> choose_checkpoint(const run::RunDirectory& run, const std::string& name);

}  // namespace vrkn::app
