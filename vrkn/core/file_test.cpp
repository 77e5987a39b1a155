#include "vrkn/core/file.h"

#include <string>
#include <sys/stat.h>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/file_size_limit.h"
#include "tests/support/temporary_folder.h"
#include "vrkn/core/error.h"

namespace vrkn::file_test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename().string());
  return names;
}

TEST(File, ReadsBackWhatWasWritten) {
  const TemporaryFolder folder;
  std::string content = "text\nwith \0 and all bytes: ";
  content.push_back('\0');
  for (int byte = 0; byte < 256; ++byte) content.push_back(static_cast<char>(byte));
  for (const std::string& text : {std::string(), content, std::string(3'000'000, 'x')}) {
    write_file_atomically(folder / "a.bin", text);
    EXPECT_EQ(read_file(folder / "a.bin"), text);
  }
  EXPECT_THAT(names_in(folder.path()), testing::ElementsAre("a.bin"));
}

TEST(File, MakesMissingFolders) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "one" / "two" / "a.txt", "deep");
  EXPECT_EQ(read_file(folder / "one" / "two" / "a.txt"), "deep");
}

TEST(File, TakesANameOfTheGreatestLength) {
  const TemporaryFolder folder;
  const std::string name(255, 'n');
  write_file_atomically(folder / name, "long");
  EXPECT_EQ(read_file(folder / name), "long");
}

TEST(File, GivesTheRightsThatTheUserAsksFor) {
  const TemporaryFolder folder;
  const mode_t old_mask = ::umask(0027);
  write_file_atomically(folder / "a.txt", "x");
  ::umask(old_mask);
  EXPECT_EQ(static_cast<int>(fs::status(folder / "a.txt").permissions()), 0640);
}

TEST(File, FullDiskLeavesTheOldFileAndNothingElse) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a.txt", "old");
  {
    const FileSizeLimit limit(4096);
    EXPECT_THAT([&] { write_file_atomically(folder / "a.txt", std::string(100'000, 'x')); },
                ThrowsMessage<DataError>(AllOf(HasSubstr("cannot write"), HasSubstr((folder / "a.txt").string()),
                                               HasSubstr("File too large"))));
  }
  EXPECT_EQ(read_file(folder / "a.txt"), "old");
  EXPECT_THAT(names_in(folder.path()), testing::ElementsAre("a.txt"));
}

TEST(File, FailedRenameLeavesNothing) {
  const TemporaryFolder folder;
  fs::create_directories(folder / "taken" / "inside");
  EXPECT_THAT([&] { write_file_atomically(folder / "taken", "x"); },
              ThrowsMessage<DataError>(AllOf(HasSubstr("taken"), HasSubstr("directory"))));
  EXPECT_THAT(names_in(folder.path()), testing::ElementsAre("taken"));
}

TEST(File, RefusesAPathWithoutAName) {
  const TemporaryFolder folder;
  EXPECT_THROW(write_file_atomically("", "x"), DataError);
  EXPECT_THROW(write_file_atomically(folder.path() / "", "x"), DataError);
}

TEST(File, RefusesAFolderThatIsAFile) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "file", "x");
  EXPECT_THAT([&] { write_file_atomically(folder / "file" / "a.txt", "x"); },
              ThrowsMessage<DataError>(HasSubstr("Not a directory")));
}

TEST(File, PassesOverTemporaryFilesThatACrashLeft) {
  const TemporaryFolder folder;
  const fs::path left = folder / (".vrkn-" + std::to_string(::getpid()) + "-0.tmp");
  write_file_atomically(left, "left");
  write_file_atomically(folder / "a.txt", "new");
  EXPECT_EQ(read_file(folder / "a.txt"), "new");
  EXPECT_EQ(read_file(left), "left");
}

TEST(File, WritersOfOneFileNeverMix) {
  const TemporaryFolder folder;
  const auto write_many = [&](char letter) {
    for (int i = 0; i < 20; ++i) write_file_atomically(folder / "a.txt", std::string(50'000, letter));
  };
  std::thread other(write_many, 'a');
  write_many('b');
  other.join();
  const std::string content = read_file(folder / "a.txt");
  EXPECT_EQ(content, std::string(50'000, content.at(0)));
  EXPECT_THAT(names_in(folder.path()), testing::ElementsAre("a.txt"));
}

TEST(File, ReadNamesTheMissingFile) {
  const TemporaryFolder folder;
  EXPECT_THAT([&] { read_file(folder / "none.txt"); },
              ThrowsMessage<DataError>(AllOf(HasSubstr("cannot read"), HasSubstr((folder / "none.txt").string()),
                                             HasSubstr("No such file"))));
  EXPECT_THAT([&] { read_file(folder.path()); }, ThrowsMessage<DataError>(HasSubstr("Is a directory")));
}

TEST(File, ReadsFilesWithoutASize) {
  EXPECT_THAT(read_file("/proc/self/status"), HasSubstr("Pid:"));
}

TEST(File, IsReadFromAByteOn) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "file", "abcdef");
  EXPECT_EQ(read_file(folder / "file", 2), "cdef");
  EXPECT_EQ(read_file(folder / "file", 6), "");
  EXPECT_EQ(read_file(folder / "file", 9), "");
}

}  // namespace
}  // namespace vrkn::file_test
