#include "vrkn/core/child_process.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/core/file_descriptor.h"

namespace vrkn::child_process_test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

ExitStatus run_shell(const std::string& script, ChildOptions options = {}) {
  return ChildProcess::start("sh", {"sh", "-c", script}, options).wait();
}

ChildProcess sleep_long() {
  return ChildProcess::start("/bin/sleep", {"sleep", "60"}, {.ends_with_us = true});
}

TEST(ChildProcess, ItsStreamsAreThoseGivenAndItsEndIsKnown) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "in", "words\n");
  const FileDescriptor in(::open((folder / "in").c_str(), O_RDONLY | O_CLOEXEC));
  const FileDescriptor out(::open((folder / "out").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
  const FileDescriptor err(::open((folder / "err").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  const ChildOptions streams{.input = in.get(), .output = out.get(), .errors = err.get()};
  EXPECT_TRUE(run_shell("cat; echo one >&2; echo two >&2", streams).is_success());
  EXPECT_EQ(read_file(folder / "out"), "words\n");
  EXPECT_EQ(read_file(folder / "err"), "one\ntwo\n");
  EXPECT_EQ(last_line(err.get()), "two");
  EXPECT_EQ(run_shell("exit 3").to_text(), "exit code 3");
  EXPECT_EQ(run_shell("kill -9 $$").to_text(), "killed by signal 9 (Killed)");
}

TEST(ChildProcess, WithoutStreamsItReadsNothing) {
  EXPECT_TRUE(run_shell("cat").is_success());
}

TEST(ChildProcess, MayHaveAProcessGroupOfItsOwn) {
  const std::string is_leader = "test $(cut -d ' ' -f 5 /proc/$$/stat) -eq $$";
  EXPECT_TRUE(run_shell(is_leader, {.own_group = true}).is_success());
  EXPECT_FALSE(run_shell(is_leader).is_success());
}

TEST(ChildProcess, SignalsReachIt) {
  ChildProcess child = sleep_long();
  EXPECT_FALSE(child.poll());
  child.send(SIGTERM);
  EXPECT_EQ(child.wait().signal, SIGTERM);
  EXPECT_FALSE(child.runs());
}

TEST(ChildProcess, WhatCannotBeStartedIsNamed) {
  EXPECT_THAT([] { ChildProcess::start("/no/such/program", {"program"}, {}); },
              ThrowsMessage<DataError>(HasSubstr("cannot start '/no/such/program': No such file")));
  EXPECT_THAT([] { ChildProcess::start("no-such-program", {"program"}, {}); },
              ThrowsMessage<DataError>(HasSubstr("the program no-such-program is not installed")));
}

// execvp(3) says "permission denied" when one folder of PATH has such a file and no folder has the program.
TEST(ChildProcess, AFileInPathThatIsNoProgramIsNotInstalled) {
  const TemporaryFolder folder;
  std::ofstream(folder / "vrkn-no-program") << "text";
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", (path + ":" + (folder / "vrkn-no-program").parent_path().string()).c_str(), 1);
  EXPECT_THAT([] { ChildProcess::start("vrkn-no-program", {"program"}, {}); },
              ThrowsMessage<DataError>(HasSubstr("the program vrkn-no-program is not installed")));
  ::setenv("PATH", path.c_str(), 1);
}

TEST(ChildProcess, TheEndOfItsObjectIsItsEnd) {
  pid_t id = 0;
  {
    const ChildProcess child = sleep_long();
    id = child.id();
    EXPECT_EQ(::kill(id, 0), 0);
  }
  EXPECT_NE(::kill(id, 0), 0);
}

TEST(ChildProcess, ItEndsWithAParentThatIsKilled) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t parent = ::fork();
  if (parent == 0) {
    const ChildProcess child = sleep_long();
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
}  // namespace vrkn::child_process_test
