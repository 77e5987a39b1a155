#include "vrkn/core/memory.h"

#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"

namespace vrkn::memory_test {
namespace {

constexpr const char* kMeminfo =
    "MemTotal:       16000000 kB\nMemFree:         1000000 kB\nMemAvailable:    8000000 kB\nSwapFree:         500000 "
    "kB\n";

TEST(Memory, IsWhatTheMachineHasFreeAndCanFree) {
  const TemporaryFolder root;
  EXPECT_EQ(available_memory_of(root.path()), std::numeric_limits<int64_t>::max());
  write_file_atomically(root / "proc/meminfo", kMeminfo);
  EXPECT_EQ(available_memory_of(root.path()), 8'500'000LL * 1024);
}

TEST(Memory, ControlGroupsAllowLess) {
  const TemporaryFolder root;
  write_file_atomically(root / "proc/meminfo", kMeminfo);
  write_file_atomically(root / "proc/self/cgroup", "0::/jobs/mine\n");
  write_file_atomically(root / "sys/fs/cgroup/jobs/mine/memory.max", "max\n");
  EXPECT_EQ(available_memory_of(root.path()), 8'500'000LL * 1024);
  write_file_atomically(root / "sys/fs/cgroup/jobs/memory.max", "3000000000\n");
  write_file_atomically(root / "sys/fs/cgroup/jobs/memory.current", "1000000000\n");
  EXPECT_EQ(available_memory_of(root.path()), 2'000'000'000);
  write_file_atomically(root / "sys/fs/cgroup/jobs/memory.stat", "anon 5\ninactive_file 400000000\n");
  EXPECT_EQ(available_memory_of(root.path()), 2'400'000'000);
  write_file_atomically(root / "sys/fs/cgroup/memory.max", "1000\n");  // a container sees its own group there
  write_file_atomically(root / "sys/fs/cgroup/memory.current", "2000\n");
  EXPECT_EQ(available_memory_of(root.path()), 0);
}

TEST(Memory, ControlGroupsOfTheFirstVersionToo) {
  const TemporaryFolder root;
  write_file_atomically(root / "proc/meminfo", kMeminfo);
  write_file_atomically(root / "proc/self/cgroup", "7:cpu,cpuacct:/a\n5:memory:/docker/x\n");
  write_file_atomically(root / "sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes", "700\n");
  write_file_atomically(root / "sys/fs/cgroup/memory/docker/x/memory.usage_in_bytes", "200\n");
  EXPECT_EQ(available_memory_of(root.path()), 500);
}

TEST(Memory, ThisMachineHasSome) {
  EXPECT_GT(available_memory(), 1'000'000);
  EXPECT_LT(available_memory(), int64_t{1} << 50);
}

TEST(Memory, WhatIsNotThereIsRefused) {
  EXPECT_NO_THROW(require_memory(1000, "nothing"));
  EXPECT_THAT([] { require_memory(5e18, "--samples 7"); },
              testing::ThrowsMessage<ConfigError>(testing::AllOf(testing::HasSubstr("needs at least 5.0 EB of memory"),
                                                                 testing::HasSubstr("decides it: --samples 7"))));
}

TEST(Memory, BytesForPeople) {
  EXPECT_EQ(bytes_text(0), "0 B");
  EXPECT_EQ(bytes_text(999), "999 B");
  EXPECT_EQ(bytes_text(1000), "1.0 kB");
  EXPECT_EQ(bytes_text(9.96e6), "10 MB");
  EXPECT_EQ(bytes_text(1.54e12), "1.5 TB");
  EXPECT_EQ(bytes_text(3.2e22), "32000 EB");
}

}  // namespace
}  // namespace vrkn::memory_test
