#include "vrkn/sweep/run_progress.h"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace vrkn::sweep::run_progress_test {
namespace {

class RunProgressTest : public testing::Test {
 protected:
  void append(const std::string& text) { std::ofstream(path_, std::ios::app | std::ios::binary) << text; }

  const TemporaryFolder folder_;
  const std::filesystem::path path_ = folder_ / "metrics.jsonl";
  analysis::MetricsFile metrics_{path_};
};

TEST_F(RunProgressTest, FollowsAFileThatGrows) {
  EXPECT_EQ(follow(metrics_).iteration, 0) << "no file yet";
  append(R"({"kind":"collect","env_step":100,"iteration":0,"return":1.5})"
         "\n");
  EXPECT_EQ(follow(metrics_).env_step, 100);
  EXPECT_FALSE(follow(metrics_).last_return) << "of a random episode";
  append(R"({"kind":"evaluate","env_step":200,"iteration":1,"return":7.5})"
         "\n"
         R"({"kind":"train","env_step":200,"itera)");
  EXPECT_EQ(follow(metrics_).last_return, 7.5);
  EXPECT_EQ(follow(metrics_).iteration, 0) << "the line is not whole";
  append("tion\":1}\n");
  EXPECT_EQ(follow(metrics_).iteration, 1);
  EXPECT_EQ(follow(metrics_).evaluations, 1);
}

TEST_F(RunProgressTest, BeginsAgainWhenTheFileWasCut) {
  const std::string first = "{\"kind\":\"train\",\"env_step\":100,\"iteration\":1}\n";
  append(first + "{\"kind\":\"train\",\"env_step\":200,\"iteration\":2}\n");
  EXPECT_EQ(follow(metrics_).iteration, 2);
  std::filesystem::resize_file(path_, first.size());
  EXPECT_EQ(follow(metrics_).iteration, 1);
  EXPECT_EQ(follow(metrics_).env_step, 100);
}

TEST_F(RunProgressTest, FollowsARunThatLearnsFromFiles) {
  append("{\"kind\":\"held_out\",\"env_step\":40,\"iteration\":1,\"bound\":-3.5}\n");
  append("{\"kind\":\"train\",\"env_step\":40,\"iteration\":1}\n");
  EXPECT_EQ(follow(metrics_).iteration, 1);
  EXPECT_EQ(follow(metrics_).evaluations, 1);
  EXPECT_FALSE(follow(metrics_).last_return);
}

TEST_F(RunProgressTest, KnowsNothingOfADamagedFile) {
  append("{\"kind\":\"train\",\"env_step\":100,\"iteration\":1}\n[1]\n");
  EXPECT_EQ(follow(metrics_).iteration, 0);
}

TEST_F(RunProgressTest, AReturnThatIsNotFiniteIsNone) {
  append("{\"kind\":\"evaluate\",\"env_step\":100,\"iteration\":1,\"return\":null}\n");
  EXPECT_EQ(follow(metrics_).evaluations, 1);
  EXPECT_FALSE(follow(metrics_).last_return);
}

}  // namespace
}  // namespace vrkn::sweep::run_progress_test
