#include "vrkn/report/append_file.h"

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "vrkn/core/error.h"
#include "vrkn/core/file.h"

namespace vrkn::report {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, int error) {
  throw DataError("cannot write '" + path.string() + "': " + std::generic_category().message(error));
}

}  // namespace

AppendFile::AppendFile(std::filesystem::path path, int64_t keep_bytes) : path_(std::move(path)), position_(keep_bytes) {
  if (keep_bytes == 0) make_folders(path_.parent_path());
  const int create = keep_bytes == 0 ? O_CREAT : 0;
  // Without O_NONBLOCK, a named pipe would keep us waiting for a reader.
  file_ = FileDescriptor(::open(path_.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK | create, 0666));
  struct stat status {};
  if (!file_.valid() || ::fstat(file_.get(), &status) != 0) fail(path_, errno);
  if (!S_ISREG(status.st_mode)) throw DataError("cannot write '" + path_.string() + "': it is not a regular file");
  if (keep_bytes < 0 || status.st_size < keep_bytes) {
    throw DataError("cannot resume '" + path_.string() + "' at byte " + std::to_string(keep_bytes) + ": it has " +
                    std::to_string(status.st_size) + " bytes");
  }
  if (create) sync_name(path_);
}

void AppendFile::cut_once() {
  if (!cut_ && ::ftruncate(file_.get(), position_) != 0) fail(path_, errno);
  cut_ = true;
}

void AppendFile::append(std::string_view record) {
  cut_once();
  size_t done = 0;
  while (done < record.size()) {
    const ssize_t written = ::pwrite(file_.get(), record.data() + done, record.size() - done,
                                     static_cast<off_t>(position_) + static_cast<off_t>(done));
    if (written >= 0) {
      done += static_cast<size_t>(written);
    } else if (errno != EINTR) {
      const int error = errno;
      // When even the cut fails, the next record is still written over the torn one.
      [[maybe_unused]] const int ignored = ::ftruncate(file_.get(), position_);
      fail(path_, error);
    }
  }
  position_ += static_cast<int64_t>(record.size());
}

void AppendFile::sync() {
  cut_once();
  struct stat status {};
  if (::fsync(file_.get()) != 0 || ::fstat(file_.get(), &status) != 0) fail(path_, errno);
  if (status.st_nlink == 0) throw DataError("cannot write '" + path_.string() + "': it has been removed");
}

}  // namespace vrkn::report
