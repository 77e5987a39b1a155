#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace vrkn::fuzz {

/// A file with this content, for readers that want one: always the same of this process, in memory where there is a
/// file system for that.
std::filesystem::path input_file(std::string_view content, const std::string& ending);

}  // namespace vrkn::fuzz
