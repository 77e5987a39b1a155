#pragma once

#include <filesystem>
#include <string>

#include "vrkn/core/file_descriptor.h"

namespace vrkn {

/// Keeps other processes, and other locks of this one, away while it lives; the system takes it back when the process
/// ends, however it ends. The file stays and holds the process's number.
///
/// Where the file system knows no locks, as some network file systems do, nobody is kept away.
class FileLock {
 public:
  /// Locks `path`, which is made when it is missing; its folder must be there. Throws DataError naming `what` is locked
  /// when another holds it, with that process's number, or when the file cannot be opened.
  FileLock(const std::filesystem::path& path, const std::string& what);

 private:
  FileDescriptor file_;
};

}  // namespace vrkn
