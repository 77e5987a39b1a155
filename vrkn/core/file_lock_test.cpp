#include "vrkn/core/file_lock.h"

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"

namespace vrkn::file_lock_test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(FileLock, OneHolderAtATime) {
  const TemporaryFolder folder;
  const auto path = folder / "a" / "lock";
  EXPECT_FALSE(FileLock::is_held(path)) << "there is no such file";
  {
    const auto lock = FileLock::try_take(path);
    ASSERT_TRUE(lock);
    EXPECT_TRUE(FileLock::is_held(path));
    EXPECT_FALSE(FileLock::try_take(path)) << "not even in the same process";
    EXPECT_THAT(FileLock::holder(path), HasSubstr("process " + std::to_string(::getpid()) + " on "));
  }
  EXPECT_FALSE(FileLock::is_held(path));
  EXPECT_TRUE(FileLock::try_take(path));
}

TEST(FileLock, AskingDoesNotTakeIt) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "lock", "");
  EXPECT_FALSE(FileLock::is_held(folder / "lock"));
  EXPECT_EQ(FileLock::holder(folder / "lock"), "another process");
  EXPECT_TRUE(FileLock::try_take(folder / "lock"));
}

TEST(FileLock, TheKernelGivesItBackWhenTheHolderIsKilled) {
  const TemporaryFolder folder;
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto lock = FileLock::try_take(folder / "lock");
    [[maybe_unused]] const ssize_t written = ::write(ready[1], lock ? "y" : "n", 1);
    while (true) ::pause();
  }
  char answer = 0;
  ASSERT_EQ(::read(ready[0], &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
  EXPECT_TRUE(FileLock::is_held(folder / "lock"));
  EXPECT_FALSE(FileLock::try_take(folder / "lock"));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_FALSE(FileLock::is_held(folder / "lock"));
  EXPECT_TRUE(FileLock::try_take(folder / "lock"));
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST(FileLock, ProgramsStartedMeanwhileDoNotShareIt) {
  const TemporaryFolder folder;
  pid_t child = 0;
  {
    const auto lock = FileLock::try_take(folder / "lock");
    child = ::fork();
    if (child == 0) {
      ::execlp("sleep", "sleep", "60", nullptr);
      ::_exit(127);
    }
    // exec(2) closes the child's copy; until then the child holds the lock with us.
    while (read_file("/proc/" + std::to_string(child) + "/comm") != "sleep\n") ::sched_yield();
  }
  EXPECT_FALSE(FileLock::is_held(folder / "lock"));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

TEST(FileLock, APlaceThatTakesNoFileIsNamed) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "file", "");
  EXPECT_THAT([&] { FileLock::try_take(folder / "file" / "lock"); },
              ThrowsMessage<DataError>(HasSubstr("cannot make the folder '" + (folder / "file").string())));
}

}  // namespace
}  // namespace vrkn::file_lock_test
