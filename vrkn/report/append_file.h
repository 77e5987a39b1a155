#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "vrkn/core/file_descriptor.h"

namespace vrkn::report {

/// A file that only grows, record by record, and that a resumed run takes up where its checkpoint left it.
class AppendFile {
 public:
  /// Opens `path` to go on after its first `keep_bytes` bytes (>= 0). What a run wrote after its last checkpoint goes
  /// with the first append or sync, for the resumed run writes it again; until then nothing is changed, so that a
  /// resume may still fail for another reason. With keep_bytes = 0 the file may be missing; missing folders are made.
  /// Throws DataError when it cannot be opened, is no regular file, or is shorter than keep_bytes.
  AppendFile(std::filesystem::path path, int64_t keep_bytes);

  /// Adds one record with a single write(2), so that a crash of this program leaves it whole or absent. When the disk
  /// refuses a part of it, the file is cut back to the record before, and DataError names the reason.
  void append(std::string_view record);

  /// Waits until everything appended is on the disk. Throws DataError, also when the file has been removed meanwhile:
  /// nobody could read what was written to it.
  void sync();

  /// Bytes in the file so far: the `keep_bytes` of a resume.
  int64_t position() const { return position_; }

 private:
  void cut_once();

  std::filesystem::path path_;
  FileDescriptor file_;
  int64_t position_ = 0;
  bool cut_ = false;
};

}  // namespace vrkn::report
