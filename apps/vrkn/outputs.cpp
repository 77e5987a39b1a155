#include "apps/vrkn/outputs.h"

#include "vrkn/core/error.h"

namespace vrkn::app {

namespace fs = std::filesystem;

void refuse_unless_free(const fs::path& folder) {
  if (fs::exists(folder) && !(fs::is_directory(folder) && fs::is_empty(folder))) {
    throw DataError("the folder " + folder.string() + " exists already and is not empty; choose another with --out");
  }
}

void close_film(presentation::Film& film, const std::string& task) {
  if (film.path().empty() || film.close()) return;
  throw InputError("The world '" + task + "' has no picture, so there is no video.");
}

}  // namespace vrkn::app
