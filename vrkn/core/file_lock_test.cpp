#include "vrkn/core/file_lock.h"

#include <optional>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "vrkn/core/error.h"

namespace vrkn {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

/// Whether another process gets the lock.
bool another_process_gets(const std::filesystem::path& path) {
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      FileLock(path, "it");
    } catch (const DataError&) {
      ::_exit(1);
    }
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status == 0;
}

TEST(FileLock, KeepsOthersAwayWhileItLives) {
  const TemporaryFolder folder;
  std::optional<FileLock> lock(std::in_place, folder / "lock", "the box");
  EXPECT_FALSE(another_process_gets(folder / "lock"));
  EXPECT_THAT([&] { FileLock(folder / "lock", "the box"); },
              ThrowsMessage<DataError>("the box is in use by another process, " + std::to_string(::getpid())));
  lock.reset();
  EXPECT_TRUE(another_process_gets(folder / "lock"));
  EXPECT_NO_THROW(FileLock(folder / "lock", "the box"));
}

TEST(FileLock, MovesWithItsOwner) {
  const TemporaryFolder folder;
  FileLock first(folder / "lock", "it");
  const FileLock second = std::move(first);
  EXPECT_FALSE(another_process_gets(folder / "lock"));
}

TEST(FileLock, NeedsItsFolder) {
  const TemporaryFolder folder;
  EXPECT_THAT([&] { FileLock(folder / "none" / "lock", "the box"); },
              ThrowsMessage<DataError>(HasSubstr("cannot lock the box: No such file or directory")));
}

}  // namespace
}  // namespace vrkn
