#include "vrkn/train/run_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/temporary_folder.h"
#include "vrkn/agent/make_agent.h"
#include "vrkn/config/fields.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/train/checkpoint.h"

namespace vrkn {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

void add_checkpoint(const RunDirectory& run, int64_t updates) {
  const EnvironmentSpec spec{.name = "test", .sensors = {{"state", SensorKind::kVector, {1}}}, .action_size = 1};
  const auto agent = make_agent(RandomConfig{}, {}, spec, 1, c10::kCPU);
  TrainingProgress progress;
  progress.updates = updates;
  write_checkpoint(run.checkpoint(updates), *agent, progress);
}

TEST(RunDirectory, ExplainsItself) {
  const TemporaryFolder folder;
  ExperimentConfig config;
  config.seed = 77;
  RunDirectory::create(folder / "run", config, "vrkn train --seed 77");
  const RunDirectory run = RunDirectory::open(folder / "run");
  EXPECT_THAT(config::differences(run.config(), config), testing::IsEmpty());
  const auto report = nlohmann::json::parse(read_file(folder / "run" / "environment.json"));
  EXPECT_EQ(report.at("seed"), 77);
  EXPECT_EQ(report.at("command"), "vrkn train --seed 77");
  for (const char* key : {"vrkn", "commit", "libtorch", "mujoco", "blas", "processor", "threads", "started"}) {
    EXPECT_TRUE(report.contains(key)) << key;
  }
}

TEST(RunDirectory, RefusesFoldersInUseAndFoldersThatAreNoRun) {
  const TemporaryFolder folder;
  RunDirectory::create(folder / "run", {}, "");
  EXPECT_THAT([&] { RunDirectory::create(folder / "run", {}, ""); }, ThrowsMessage<DataError>(HasSubstr("--resume")));
  EXPECT_THROW(RunDirectory::open(folder / "none"), DataError);
}

TEST(RunDirectory, OneWritesAndOthersRead) {
  const TemporaryFolder folder;
  EXPECT_FALSE(RunDirectory::is_in_use(folder / "run"));
  {
    const RunDirectory run = RunDirectory::create(folder / "run", {}, "");
    const RunDirectory copy = run;
    EXPECT_TRUE(RunDirectory::is_in_use(folder / "run"));
    EXPECT_THAT([&] { RunDirectory::take_up(folder / "run"); },
                ThrowsMessage<DataError>(HasSubstr("is in use by process ")));
    EXPECT_EQ(RunDirectory::open(folder / "run").config().seed, 1);
  }
  EXPECT_FALSE(RunDirectory::is_in_use(folder / "run"));
  const RunDirectory again = RunDirectory::take_up(folder / "run");
  EXPECT_TRUE(RunDirectory::is_in_use(folder / "run"));
}

TEST(RunDirectory, WhatACrashWithinCreateLeavesIsNoObstacle) {
  const TemporaryFolder folder;
  for (const char* name : {".vrkn-lock", ".vrkn-12-0.tmp", "environment.json"}) {
    write_file_atomically(folder / "run" / name, "");
    EXPECT_TRUE(RunDirectory::is_free(folder / "run")) << name;
    EXPECT_FALSE(RunDirectory::exists(folder / "run")) << name;
  }
  RunDirectory::create(folder / "run", {}, "");
  EXPECT_FALSE(RunDirectory::is_free(folder / "run"));
  write_file_atomically(folder / "other" / "letter.txt", "");
  EXPECT_FALSE(RunDirectory::is_free(folder / "other"));
  EXPECT_FALSE(RunDirectory::is_free(folder / "other" / "letter.txt"));
}

TEST(RunDirectory, ADamagedCheckpointIsNamedAndThePreviousGoodOneOffered) {
  const TemporaryFolder folder;
  const RunDirectory run = RunDirectory::create(folder / "run", {}, "");
  EXPECT_THROW(run.newest_checkpoint(), DataError);
  for (const int64_t updates : {100, 200, 300}) add_checkpoint(run, updates);
  EXPECT_EQ(run.newest_checkpoint(), run.checkpoint(300));
  const auto damage = [&](int64_t updates) {
    const std::string whole = read_file(run.checkpoint(updates));
    write_file_atomically(run.checkpoint(updates), whole.substr(0, whole.size() / 2));
  };
  damage(300);
  EXPECT_THAT(
      [&] { run.newest_checkpoint(); },
      ThrowsMessage<DataError>(AllOf(HasSubstr("update_00000300.ckpt is damaged"), HasSubstr("update_00000200.ckpt"))));
  damage(200);
  EXPECT_THAT([&] { run.newest_checkpoint(); }, ThrowsMessage<DataError>(HasSubstr("update_00000100.ckpt")));
  damage(100);
  EXPECT_THAT([&] { run.newest_checkpoint(); }, ThrowsMessage<DataError>(HasSubstr("No older checkpoint is whole")));
}

TEST(RunDirectory, KeepsTheNewestCheckpoints) {
  const TemporaryFolder folder;
  const RunDirectory run = RunDirectory::create(folder / "run", {}, "");
  for (const int64_t updates : {5, 10, 15, 100}) add_checkpoint(run, updates);
  run.prune_checkpoints(2);
  EXPECT_THAT(run.checkpoints(), testing::ElementsAre(run.checkpoint(15), run.checkpoint(100)));
}

}  // namespace
}  // namespace vrkn
