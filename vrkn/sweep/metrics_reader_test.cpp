#include "vrkn/sweep/metrics_reader.h"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "vrkn/core/file.h"

namespace vrkn {
namespace {

void append(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::app | std::ios::binary) << text;
}

TEST(MetricsReader, FollowsAFileThatGrows) {
  const TemporaryFolder folder;
  const auto path = folder / "metrics.jsonl";
  MetricsReader reader(path);
  EXPECT_EQ(reader.read().iteration, 0) << "no file yet";
  append(path, R"({"kind":"collect","env_step":100,"iteration":0,"return":1.5})"
               "\n");
  EXPECT_EQ(reader.read().env_step, 100);
  EXPECT_FALSE(reader.progress().last_return) << "of a random episode";
  append(path, R"({"kind":"evaluate","env_step":200,"iteration":1,"return":7.5})"
               "\n"
               R"({"kind":"train","env_step":200,"itera)");
  EXPECT_EQ(reader.read().last_return, 7.5);
  EXPECT_EQ(reader.progress().iteration, 0) << "the line is not whole";
  append(path, "tion\":1}\n");
  EXPECT_EQ(reader.read().iteration, 1);
  EXPECT_EQ(reader.progress().evaluations, 1);
}

TEST(MetricsReader, BeginsAgainWhenTheFileWasCut) {
  const TemporaryFolder folder;
  const auto path = folder / "metrics.jsonl";
  const std::string first = "{\"kind\":\"train\",\"env_step\":100,\"iteration\":1}\n";
  append(path, first + "{\"kind\":\"train\",\"env_step\":200,\"iteration\":2}\n");
  MetricsReader reader(path);
  EXPECT_EQ(reader.read().iteration, 2);
  std::filesystem::resize_file(path, first.size());
  EXPECT_EQ(reader.read().iteration, 1);
  EXPECT_EQ(reader.progress().env_step, 100);
}

TEST(MetricsReader, PassesOverWhatIsNoRecord) {
  const TemporaryFolder folder;
  append(folder / "m",
         "\n[1]\n{\"kind\":3}\n{\"kind\":\"evaluate\",\"return\":null}\n{\"kind\":\"train\",\"iteration\":4}\n");
  MetricsReader reader(folder / "m");
  EXPECT_EQ(reader.read().iteration, 4);
  EXPECT_EQ(reader.progress().evaluations, 1);
  EXPECT_FALSE(reader.progress().last_return) << "a return that is not finite is null";
}

}  // namespace
}  // namespace vrkn
