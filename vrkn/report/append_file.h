#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "vrkn/core/file_descriptor.h"

namespace vrkn {

/// A file that only grows, record by record, and that a resumed run takes up where its checkpoint left it.
class AppendFile {
 public:
  /// Opens `path` and cuts it to its first `keep_bytes` bytes (>= 0): what a run wrote after its last checkpoint goes,
  /// for the resumed run writes it again. With keep_bytes = 0 the file may be missing; missing folders are made.
  /// Throws DataError when it cannot be opened, is no regular file, or is shorter than keep_bytes; it is then
  /// unchanged.
  AppendFile(std::filesystem::path path, int64_t keep_bytes);

  /// Adds one record with a single write(2), so that a crash of this program leaves it whole or absent. When the disk
  /// refuses a part of it, the file is cut back to the record before, and DataError names the reason.
  void append(std::string_view record);

  /// Waits until everything appended is on the disk. Throws DataError.
  void sync();

  /// Bytes in the file so far: the `keep_bytes` of a resume.
  int64_t position() const { return position_; }

 private:
  std::filesystem::path path_;
  FileDescriptor file_;
  int64_t position_ = 0;
};

}  // namespace vrkn
