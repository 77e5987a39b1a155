#include "vrkn/analysis/run_collection.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/run_folder.h"
#include "tests/support/temporary_folder.h"
#include "vrkn/core/error.h"

namespace vrkn::analysis::run_collection_test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> names(const RunCollection& collection) {
  std::vector<std::string> found;
  for (const RunRecord& run : collection.runs()) found.push_back(run.name);
  return found;
}

TEST(RunCollection, FindsRunsAtAnyDepthAndReadsThem) {
  const TemporaryFolder folder;
  write_run(folder / "a" / "deep" / "one", {.model = "rssm", .seed = 4, .returns = {{0, 1.0}, {100, 2.0}}});
  write_run(folder / "b", {.returns = {{50, 3.0}}});
  write_run(folder / "b" / "videos" / "inside", {});  // what lies in a run is not searched
  fs::create_directories(folder / "no run");
  std::ofstream(folder / "no run" / "config.toml") << "x = 1\n";
  RunCollection collection({folder.path()});
  EXPECT_TRUE(collection.refresh());
  EXPECT_THAT(names(collection), ElementsAre("a/deep/one", "b"));
  EXPECT_TRUE(collection.skipped().empty());
  const std::vector<RunRecord> runs = collection.runs();
  const RunRecord& run = runs.front();
  EXPECT_EQ(run.task(), "cartpole_swingup");
  EXPECT_EQ(run.seed(), "4");
  EXPECT_EQ(run.setting("model.kind"), "rssm");
  EXPECT_EQ(run.setting("environment.sensors"), "image+state");
  EXPECT_EQ(run.setting("nothing"), "");
  EXPECT_EQ(run.provenance.commit, "abc");
  EXPECT_EQ(run.last_step(), 100);
  EXPECT_FALSE(collection.refresh());
}

TEST(RunCollection, ARunIsCalledByItsFolderAndTakenOnce) {
  const TemporaryFolder folder;
  write_run(folder / "runs" / "one", {});
  write_run(folder / "other" / "one", {});
  RunCollection collection({folder / "runs" / "one", folder / "runs", folder / "other" / "one"});
  collection.refresh();
  EXPECT_THAT(names(collection), ElementsAre("one", fs::canonical(folder / "runs" / "one").string()));
}

TEST(RunCollection, DamagedRunsAreSkippedWithAReasonAndComeBackWhenMended) {
  const TemporaryFolder folder;
  write_run(folder / "good", {.returns = {{1, 1.0}}});
  write_run(folder / "bad", {.returns = {{1, 1.0}}});
  std::ofstream(folder / "bad" / "config.toml") << "seed = = 1\n";
  fs::create_directories(folder / "rest");
  std::ofstream(folder / "rest" / "metrics.jsonl") << evaluation_line(1, 1.0);
  RunCollection collection({folder.path()});
  collection.refresh();
  EXPECT_THAT(names(collection), ElementsAre("good"));
  ASSERT_EQ(collection.skipped().size(), 2u);
  EXPECT_THAT(collection.skipped()[0].reason, HasSubstr("no config.toml"));
  EXPECT_THAT(collection.skipped()[1].reason, HasSubstr("config.toml:1"));
  EXPECT_FALSE(collection.refresh());

  write_run(folder / "bad", {.returns = {{1, 1.0}}});
  EXPECT_TRUE(collection.refresh());
  EXPECT_THAT(names(collection), ElementsAre("bad", "good"));
  std::ofstream(folder / "good" / "metrics.jsonl", std::ios::app) << "oops\n";
  EXPECT_TRUE(collection.refresh());
  EXPECT_THAT(names(collection), ElementsAre("bad"));
}

TEST(RunCollection, NewRunsAndNewRecordsAppearAndRemovedRunsLeave) {
  const TemporaryFolder folder;
  RunCollection collection({folder.path()});
  EXPECT_FALSE(collection.refresh());
  write_run(folder / "one", {.returns = {{1, 1.0}}});
  EXPECT_TRUE(collection.refresh());
  std::ofstream(folder / "one" / "metrics.jsonl", std::ios::app) << evaluation_line(9, 2.0);
  EXPECT_TRUE(collection.refresh());
  EXPECT_EQ(collection.runs().front().last_step(), 9);
  fs::remove_all(folder / "one");
  EXPECT_TRUE(collection.refresh());
  EXPECT_TRUE(collection.runs().empty());
}

TEST(RunCollection, AFolderThatIsNotThereIsNamed) {
  EXPECT_THROW(RunCollection({"/nowhere/at/all"}), DataError);
}

}  // namespace
}  // namespace vrkn::analysis::run_collection_test
