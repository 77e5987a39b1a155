#include "vrkn/sweep/child_process.h"

#include <chrono>
#include <csignal>
#include <fstream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"

namespace vrkn::sweep {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

ExitStatus wait_for(ChildProcess& child) {
  while (true) {
    if (const auto end = child.poll()) return *end;
    std::this_thread::yield();
  }
}

ExitStatus run_shell(const std::string& script, const std::filesystem::path& log) {
  ChildProcess child = ChildProcess::start("/bin/sh", {"sh", "-c", script}, log);
  return wait_for(child);
}

TEST(ChildProcess, WhatItPrintsIsAppendedAndItsEndIsKnown) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "log", "before\n");
  EXPECT_TRUE(run_shell("echo out; echo error >&2", folder / "log").is_success());
  EXPECT_EQ(read_file(folder / "log"), "before\nout\nerror\n");
  EXPECT_EQ(run_shell("exit 3", folder / "log").to_text(), "exit code 3");
  EXPECT_EQ(run_shell("kill -9 $$", folder / "log").to_text(), "killed by signal 9 (Killed)");
}

TEST(ChildProcess, ItReadsNothing) {
  const TemporaryFolder folder;
  EXPECT_TRUE(run_shell("cat", folder / "log").is_success());
}

TEST(ChildProcess, SignalsReachIt) {
  const TemporaryFolder folder;
  ChildProcess child = ChildProcess::start("/bin/sleep", {"sleep", "60"}, folder / "log");
  EXPECT_FALSE(child.poll());
  child.send(SIGTERM);
  EXPECT_EQ(wait_for(child).signal, SIGTERM);
}

TEST(ChildProcess, WhatCannotBeStartedIsNamed) {
  const TemporaryFolder folder;
  EXPECT_THAT([&] { ChildProcess::start("/no/such/program", {"program"}, folder / "log"); },
              ThrowsMessage<DataError>(HasSubstr("cannot start '/no/such/program': No such file")));
  EXPECT_THAT([&] { ChildProcess::start("/bin/true", {"true"}, folder / "none" / "log"); },
              ThrowsMessage<DataError>(HasSubstr("none/log")));
}

TEST(ChildProcess, TheEndOfItsObjectIsItsEnd) {
  const TemporaryFolder folder;
  pid_t id = 0;
  {
    const ChildProcess child = ChildProcess::start("/bin/sleep", {"sleep", "60"}, folder / "log");
    id = child.id();
    EXPECT_EQ(::kill(id, 0), 0);
  }
  EXPECT_NE(::kill(id, 0), 0);
}

TEST(ChildProcess, ItEndsWithAParentThatIsKilled) {
  const TemporaryFolder folder;
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t parent = ::fork();
  if (parent == 0) {
    const ChildProcess child = ChildProcess::start("/bin/sleep", {"sleep", "60"}, folder / "log");
    const pid_t id = child.id();
    [[maybe_unused]] const ssize_t written = ::write(ends[1], &id, sizeof(id));
    while (true) ::pause();
  }
  pid_t id = 0;
  ASSERT_EQ(::read(ends[0], &id, sizeof(id)), static_cast<ssize_t>(sizeof(id)));
  const std::filesystem::path status = "/proc/" + std::to_string(id) + "/cmdline";
  EXPECT_THAT(read_file(status), HasSubstr("sleep"));
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  // Whoever adopts it collects it, or leaves a zombie, whose command line is empty.
  const auto runs = [&] {
    std::string line;
    return std::getline(std::ifstream(status), line) && !line.empty();
  };
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (runs() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_FALSE(runs());
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace vrkn::sweep
