#pragma once

#include <filesystem>
#include <string>

#include "vrkn/train/run_directory.h"

namespace vrkn::app {

/// The checkpoint that a run goes on from, by the names of RunDirectory::find_checkpoint, and says so. Empty for a run
/// that was cut off before its first checkpoint: it begins anew.
std::filesystem::path choose_checkpoint(const RunDirectory& run, const std::string& name);

}  // namespace vrkn::app
