#pragma once

#include <filesystem>

#include "vrkn/inspect/inspection.h"

namespace vrkn::inspect {

/// Explains a run directory or a file of one, or a folder that `vrkn eval --uncertainty` or `vrkn imagine` wrote
/// (docs/run-directory.md): what it is, and what of it is damaged. It only reads. Throws DataError when there is
/// nothing at `path`, or nothing of ours.
Inspection inspect(const std::filesystem::path& path);

}  // namespace vrkn::inspect
