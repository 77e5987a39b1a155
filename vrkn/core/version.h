#pragma once

#include <string_view>

namespace vrkn {

/// The release, "0.2.0", from the file VERSION.
std::string_view version();

/// What git says of the sources at the time of the build: the nearest tag or the commit, with "-dirty" where files
/// differ from it; "unknown" for sources outside a git repository.
std::string_view commit();

}  // namespace vrkn
