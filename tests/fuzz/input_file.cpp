#include "tests/fuzz/input_file.h"

#include <fstream>
#include <unistd.h>

#include "vrkn/core/error.h"

namespace vrkn::fuzz {

namespace fs = std::filesystem;

std::filesystem::path input_file(std::string_view content, const std::string& ending) {
  static const fs::path kFolder = fs::is_directory("/dev/shm") ? "/dev/shm" : fs::temp_directory_path();
  const fs::path path = kFolder / ("vrkn-fuzz-" + std::to_string(getpid()) + ending);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  if (!file.flush()) throw Error("cannot write " + path.string());
  return path;
}

}  // namespace vrkn::fuzz
