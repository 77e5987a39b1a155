#include "vrkn/core/file.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <vector>

#include "vrkn/core/error.h"
#include "vrkn/core/file_descriptor.h"

namespace vrkn {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& verb, const fs::path& path, int error) {
  throw DataError("cannot " + verb + " '" + path.string() + "': " + std::generic_category().message(error));
}

/// A new file in `folder` that is removed again unless it gets its final name.
class TemporaryFile {
 public:
  TemporaryFile(const fs::path& folder, const fs::path& target) : target_(target) {
    // The name does not grow with the target's, so a target of the greatest allowed length works too.
    for (int number = 0; !file_.valid(); ++number) {
      path_ = folder / (".vrkn-" + std::to_string(::getpid()) + "-" + std::to_string(number) + ".tmp");
      file_ = FileDescriptor(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
      // Another thread's file, or one that a crash left behind, takes the number; try the next.
      if (!file_.valid() && errno != EEXIST && errno != EINTR) fail("write", target_, errno);
    }
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  void write(std::string_view content) {
    while (!content.empty()) {
      const ssize_t written = ::write(file_.get(), content.data(), content.size());
      if (written >= 0) {
        content.remove_prefix(static_cast<size_t>(written));
      } else if (errno != EINTR) {
        fail("write", target_, errno);
      }
    }
    if (::fsync(file_.get()) != 0) fail("write", target_, errno);
  }

  void take_final_name() {
    if (::rename(path_.c_str(), target_.c_str()) != 0) fail("write", target_, errno);
    path_.clear();
  }

 private:
  fs::path target_;
  fs::path path_;
  FileDescriptor file_;
};

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

}  // namespace

void sync_name(const fs::path& path) {
  const fs::path folder = folder_of(path);
  const FileDescriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!descriptor.valid() && errno == EACCES) return;  // may be written to, not read: nothing more can be done
  if (!descriptor.valid()) fail("write", path, errno);
  // Some network file systems cannot sync a folder and say EINVAL: their rename is as durable as it gets.
  if (::fsync(descriptor.get()) != 0 && errno != EINVAL) fail("write", path, errno);
}

void make_folders(const fs::path& folder) {
  if (folder.empty()) return;
  std::vector<fs::path> made;
  std::error_code error;
  for (fs::path path = folder; !path.empty() && !fs::exists(path, error); path = path.parent_path())
    made.push_back(path);
  fs::create_directories(folder, error);
  if (error) fail("make the folder", folder, error.value());
  for (const fs::path& path : made) sync_name(path);
}

void write_file_atomically(const fs::path& path, std::string_view content) {
  if (!path.has_filename()) fail("write", path, EISDIR);
  const fs::path folder = folder_of(path);
  make_folders(folder);
  TemporaryFile file(folder, path);
  file.write(content);
  file.take_final_name();
  sync_name(path);
}

bool is_temporary_name(std::string_view name) {
  return name.starts_with(".vrkn-") && name.ends_with(".tmp");
}

std::vector<fs::path> files_in(const fs::path& folder, std::string_view ending) {
  std::vector<fs::path> found;
  if (!fs::is_directory(folder)) return found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ending) found.push_back(entry.path());
  }
  std::ranges::sort(found);
  return found;
}

std::string read_file(const fs::path& path, int64_t from) {
  const FileDescriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!descriptor.valid()) fail("read", path, errno);
  struct stat status {};
  if (::fstat(descriptor.get(), &status) != 0) fail("read", path, errno);
  if (from > 0 && ::lseek(descriptor.get(), from, SEEK_SET) < 0) fail("read", path, errno);

  // One byte more than is left, so that the read which finds the end needs no second buffer.
  std::string content(static_cast<size_t>(std::max<int64_t>(status.st_size - from, 0)) + 1, '\0');
  size_t used = 0;
  while (true) {
    const ssize_t count = ::read(descriptor.get(), content.data() + used, content.size() - used);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("read", path, errno);
    if (count == 0) break;
    used += static_cast<size_t>(count);
    if (used == content.size()) content.resize(2 * used);  // no size known: a pipe, /proc
  }
  content.resize(used);
  return content;
}

}  // namespace vrkn
