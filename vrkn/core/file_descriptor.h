#pragma once

#include <unistd.h>
#include <utility>

namespace vrkn {

/// Owns a POSIX file descriptor: closed at the end of its life, moved but never copied.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  /// Takes over `descriptor`; a negative one, as open(2) returns on failure, owns nothing.
  explicit FileDescriptor(int descriptor) : descriptor_(descriptor) {}
  FileDescriptor(FileDescriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~FileDescriptor() { close(); }

  /// The descriptor, which stays owned; negative where there is none.
  int get() const { return descriptor_; }
  /// Whether there is one.
  bool valid() const { return descriptor_ >= 0; }

  /// Closes it now. What must reach the disk needs an fsync before: the result of close(2) comes too late to help.
  void close() {
    if (valid()) ::close(descriptor_);
    descriptor_ = -1;
  }

 private:
  int descriptor_ = -1;
};

}  // namespace vrkn
