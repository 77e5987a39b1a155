#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "vrkn/core/file_descriptor.h"

namespace vrkn {

/// An exclusive lock on a file, for whoever works on what the file stands for. It lasts until the end of the object's
/// life or of the process, however that ends: the kernel gives it back. Programs started meanwhile do not share it.
///
/// The lock is Linux's of an open file description (F_OFD_SETLK, fcntl(2)): two of them exclude each other within one
/// process too, one can be asked about without being taken, and NFS carries it from machine to machine. Where the file
/// system knows no locks, nobody is kept away.
class FileLock {
 public:
  /// Takes the lock, or returns nothing when another holds it. Makes the file and missing folders; the file then names
  /// the process and its machine. Throws DataError naming the path and the system's reason.
  static std::optional<FileLock> try_take(const std::filesystem::path& path);

  /// Whether somebody holds the lock now; false when there is no such file. Throws DataError, with the path and the
  /// system's reason, when it cannot be asked about.
  static bool is_held(const std::filesystem::path& path);

  /// Who holds the lock or did so last, such as "process 1234 on node7", for messages. Throws DataError when the file
  /// cannot be read.
  static std::string holder(const std::filesystem::path& path);

 private:
  explicit FileLock(FileDescriptor file) : file_(std::move(file)) {}

  FileDescriptor file_;
};

}  // namespace vrkn
