#include "vrkn/core/file_lock.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>

#include "vrkn/core/error.h"

namespace vrkn {
namespace {

/// The number that the holder of a lock has left in its file.
std::string holder(int file) {
  std::string number(24, '\0');
  const ssize_t count = ::pread(file, number.data(), number.size(), 0);
  number.resize(count > 0 ? static_cast<size_t>(count) : 0);
  return number;
}

}  // namespace

FileLock::FileLock(const std::filesystem::path& path, const std::string& what)
    : file_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
  if (!file_.valid()) throw DataError("cannot lock " + what + ": " + std::generic_category().message(errno));
  if (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) throw DataError(what + " is in use by another process, " + holder(file_.get()));
    return;  // no locks here
  }
  const std::string number = std::to_string(::getpid());
  // Who holds the lock is a courtesy: a full disk need not end the run here.
  [[maybe_unused]] const int cut = ::ftruncate(file_.get(), 0);
  [[maybe_unused]] const ssize_t written = ::pwrite(file_.get(), number.data(), number.size(), 0);
}

}  // namespace vrkn
