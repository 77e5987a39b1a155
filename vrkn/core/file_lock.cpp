#include "vrkn/core/file_lock.h"

#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "vrkn/core/error.h"
#include "vrkn/core/file.h"

namespace vrkn {
namespace {

namespace fs = std::filesystem;

/// The whole file, however long it becomes.
struct flock whole_file() {
  struct flock range {};
  range.l_type = F_WRLCK;
  range.l_whence = SEEK_SET;
  return range;
}

[[noreturn]] void fail(const fs::path& path, int error) {
  throw DataError("cannot lock '" + path.string() + "': " + std::generic_category().message(error));
}

/// Only a message depends on it, so nothing is wrong with a disk that refuses.
void write_holder(int file) {
  char machine[HOST_NAME_MAX + 1] = "";
  ::gethostname(machine, sizeof(machine) - 1);
  const std::string text = "process " + std::to_string(::getpid()) + " on " + machine + "\n";
  if (::ftruncate(file, 0) != 0) return;
  [[maybe_unused]] const ssize_t written = ::pwrite(file, text.data(), text.size(), 0);
}

}  // namespace

std::optional<FileLock> FileLock::try_take(const fs::path& path) {
  make_folders(path.parent_path());
  FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (!file.valid()) fail(path, errno);
  struct flock range = whole_file();
  while (::fcntl(file.get(), F_OFD_SETLK, &range) != 0) {
    if (errno == EAGAIN || errno == EACCES) return std::nullopt;
    if (errno == ENOLCK || errno == ENOTSUP || errno == ENOSYS) break;  // a file system without locks keeps nobody away
    if (errno != EINTR) fail(path, errno);
  }
  write_holder(file.get());
  return FileLock(std::move(file));
}

bool FileLock::is_held(const fs::path& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid() && errno == ENOENT) return false;
  struct flock range = whole_file();
  if (!file.valid() || ::fcntl(file.get(), F_OFD_GETLK, &range) != 0) fail(path, errno);
  return range.l_type != F_UNLCK;
}

std::string FileLock::holder(const fs::path& path) {
  const std::string text = read_file(path);
  return text.empty() ? "another process" : text.substr(0, text.find('\n'));
}

}  // namespace vrkn
