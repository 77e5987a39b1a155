#pragma once

#include <filesystem>

namespace vrkn::app {

/// Throws DataError when `folder` exists and is not an empty folder.
void refuse_unless_free(const std::filesystem::path& folder);

}  // namespace vrkn::app
