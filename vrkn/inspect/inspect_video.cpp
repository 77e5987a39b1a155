#include <cstdint>
#include <string_view>

#include <fmt/format.h>

#include "vrkn/core/file.h"
#include "vrkn/inspect/inspect_files.h"

namespace vrkn::inspect {
namespace {

uint64_t big_endian(std::string_view bytes) {
  uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

}  // namespace

// An MP4 file is a row of boxes: four bytes of length, the head included, four letters, and what is in it.
Inspection inspect_video(const std::filesystem::path& path, const std::string& name) {
  return inspect_file(path, name, "a video", [&](Inspection& inspection) {
    const std::string content = read_file(path);
    std::string boxes;
    for (size_t at = 0; at < content.size();) {
      const std::string_view rest = std::string_view(content).substr(at);
      const uint64_t length = rest.size() < 8 ? 0 : big_endian(rest.substr(0, 4));
      if (length < 8 || length > rest.size()) {
        inspection.faults.push_back(fmt::format("it is no MP4 file, or cut short: no whole box begins at byte {}", at));
        return;
      }
      boxes.append(rest.substr(4, 4)).append(" ");
      at += length;
    }
    for (const char* needed : {"ftyp ", "moov ", "mdat "}) {
      if (boxes.find(needed) == std::string::npos) inspection.faults.push_back(fmt::format("it has no box {}", needed));
    }
  });
}

}  // namespace vrkn::inspect
