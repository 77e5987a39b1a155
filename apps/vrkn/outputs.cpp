#include "apps/vrkn/output_folder.h"

#include "vrkn/core/error.h"

namespace vrkn::app {

namespace fs = std::filesystem;

void refuse_unless_free(const fs::path& folder) {
  if (fs::exists(folder) && !(fs::is_directory(folder) && fs::is_empty(folder))) {
    throw DataError("the folder " + folder.string() + " exists already and is not empty; choose another with --out");
  }
}

}  // namespace vrkn::app
