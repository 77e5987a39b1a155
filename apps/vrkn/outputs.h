#pragma once

#include <filesystem>

namespace vrkn::app {

/// Throws DataError unless nothing is there, or an empty folder.
void refuse_unless_free(const std::filesystem::path& folder);

}  // namespace vrkn::app
