#include "vrkn/report/append_file.h"

#include <string>
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/file_size_limit.h"
#include "tests/support/temporary_folder.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"

namespace vrkn::report::append_file_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(AppendFile, GrowsRecordByRecord) {
  const TemporaryFolder folder;
  AppendFile file(folder / "new" / "a.log", 0);
  EXPECT_EQ(file.position(), 0);
  file.append("one\n");
  EXPECT_EQ(read_file(folder / "new" / "a.log"), "one\n");
  file.append("");
  file.append("three\n");
  file.sync();
  EXPECT_EQ(file.position(), 10);
  EXPECT_EQ(read_file(folder / "new" / "a.log"), "one\nthree\n");
}

TEST(AppendFile, GoesOnWhereTheCheckpointLeftIt) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a.log", "kept\nlost, for it came after the checkpoint\n");
  const std::string whole = read_file(folder / "a.log");
  AppendFile file(folder / "a.log", 5);
  EXPECT_EQ(read_file(folder / "a.log"), whole);  // the resume may still fail for another reason
  file.append("new\n");
  EXPECT_EQ(file.position(), 9);
  EXPECT_EQ(read_file(folder / "a.log"), "kept\nnew\n");
}

TEST(AppendFile, ASyncCutsToo) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a.log", "kept\nlost");
  AppendFile(folder / "a.log", 5).sync();
  EXPECT_EQ(read_file(folder / "a.log"), "kept\n");
}

TEST(AppendFile, SaysThatTheFileHasBeenRemoved) {
  const TemporaryFolder folder;
  AppendFile file(folder / "a.log", 0);
  file.append("one\n");
  std::filesystem::remove(folder / "a.log");
  EXPECT_THAT([&] { file.sync(); }, ThrowsMessage<DataError>(HasSubstr("a.log': it has been removed")));
}

TEST(AppendFile, AFreshStartEmptiesTheFile) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a.log", "old");
  AppendFile(folder / "a.log", 0).append("new");
  EXPECT_EQ(read_file(folder / "a.log"), "new");
}

TEST(AppendFile, RefusesAFileThatIsTooShort) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a.log", "four");
  EXPECT_THAT([&] { AppendFile(folder / "a.log", 5); },
              ThrowsMessage<DataError>(
                  AllOf(HasSubstr((folder / "a.log").string()), HasSubstr("at byte 5"), HasSubstr("it has 4 bytes"))));
  EXPECT_THROW(AppendFile(folder / "a.log", -1), DataError);
  EXPECT_EQ(read_file(folder / "a.log"), "four");
  EXPECT_THROW(AppendFile(folder / "none.log", 5), DataError);
  EXPECT_FALSE(std::filesystem::exists(folder / "none.log"));
}

TEST(AppendFile, RefusesWhatIsNoFile) {
  const TemporaryFolder folder;
  EXPECT_THROW(AppendFile(folder.path(), 0), DataError);
  EXPECT_THAT([] { AppendFile("/dev/full", 0); }, ThrowsMessage<DataError>(HasSubstr("not a regular file")));
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_THROW(AppendFile(folder / "pipe", 0), DataError);
}

TEST(AppendFile, AFullDiskTearsNoRecord) {
  const TemporaryFolder folder;
  AppendFile file(folder / "a.log", 0);
  file.append("first\n");
  {
    const FileSizeLimit limit(100);
    EXPECT_THAT([&] { file.append(std::string(1000, 'x')); },
                ThrowsMessage<DataError>(AllOf(HasSubstr("cannot write"), HasSubstr("File too large"))));
  }
  EXPECT_EQ(read_file(folder / "a.log"), "first\n");
  EXPECT_EQ(file.position(), 6);
  file.append("second\n");
  EXPECT_EQ(read_file(folder / "a.log"), "first\nsecond\n");
}

}  // namespace
}  // namespace vrkn::report::append_file_test
