#pragma once

#include <string_view>

namespace vrkn {

/// A file that was put into the library when it was built: nothing has to be found at run time.
struct EmbeddedFile {
  std::string_view name;  ///< with its ending, without its folder
  std::string_view content;
};

}  // namespace vrkn
