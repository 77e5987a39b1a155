#include "vrkn/run/run_directory.h"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/temporary_folder.h"
#include "vrkn/agent/make_agent.h"
#include "vrkn/config/fields.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/run/checkpoint.h"

namespace vrkn::run::run_directory_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

void add_checkpoint(const RunDirectory& run, int64_t updates, int64_t best_updates = -1) {
  const env::EnvironmentSpec spec{
      .name = "test", .sensors = {{"state", env::SensorKind::kVector, {1}}}, .action_size = 1};
  const auto agent = agent::make_agent(agent::RandomConfig{}, {}, spec, 1, c10::kCPU);
  TrainingProgress progress;
  progress.updates = updates;
  progress.best_updates = best_updates;
  write_checkpoint(run.checkpoint(updates), *agent, {}, progress);
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
  write_file_atomically(folder / "other" / "letter.txt", "Dear reader");
  for (const auto& path : {folder / "other", folder / "other" / "letter.txt"}) {
    EXPECT_THAT([&] { RunDirectory::create(path, {}, ""); }, ThrowsMessage<DataError>(HasSubstr("--resume")));
  }
  EXPECT_THROW(RunDirectory::open(folder / "none"), DataError);
}

TEST(RunDirectory, RefusesALaterFormatAndNamesItsMaker) {
  const TemporaryFolder folder;
  RunDirectory::create(folder / "run", {}, "");
  auto report = nlohmann::json::parse(read_file(folder / "run" / "environment.json"));
  EXPECT_EQ(report.at("format"), kRunFormat);
  report["format"] = kRunFormat + 1;
  report["vrkn"] = "77.0.0";
  write_file_atomically(folder / "run" / "environment.json", report.dump());
  EXPECT_THAT([&] { RunDirectory::open(folder / "run"); }, ThrowsMessage<DataError>(HasSubstr("vrkn 77.0.0")));
  // A report without the number, or a damaged one, hinders nobody.
  for (const char* text : {"{}", "{\"format\": \"x\"}", "{", "[]"}) {
    write_file_atomically(folder / "run" / "environment.json", text);
    EXPECT_NO_THROW(RunDirectory::open(folder / "run")) << text;
  }
}

TEST(RunDirectory, WhatAnOlderVersionWroteIsMigrated) {
  const TemporaryFolder folder;
  ExperimentConfig config;
  config.agent = agent::PlanetConfig{.population_size = 177};
  const RunDirectory run = RunDirectory::create(folder / "run", config, "vrkn train");
  EXPECT_TRUE(run.migrate("vrkn inspect --migrate").is_current);

  // A former name, and a key that was not there yet.
  std::string text = read_file(folder / "run" / "config.toml");
  const auto edit = [&](const std::string& from, const std::string& to) {
    const size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
  };
  edit("population_size = 177", "candidates = 177");
  edit("weight_average = 0.0", "# ");
  write_file_atomically(folder / "run" / "config.toml", text);
  const RunDirectory::Migration done = run.migrate("vrkn inspect --migrate");
  EXPECT_FALSE(done.is_current);
  EXPECT_THAT(done.added, testing::ElementsAre("agent.population_size", "agent.weight_average"));
  EXPECT_THAT(done.removed, testing::ElementsAre("agent.candidates"));
  EXPECT_EQ(read_file(folder / "run" / "config.toml"), config::to_toml(config));
  const auto report = nlohmann::json::parse(read_file(folder / "run" / "environment.json"));
  EXPECT_EQ(report.at("command"), "vrkn train");
  EXPECT_EQ(report.at("changes").at(0).at("migrated_to"), report.at("vrkn"));
  EXPECT_TRUE(run.migrate("vrkn inspect --migrate").is_current);
}

TEST(RunDirectory, OneWritesAndOthersRead) {
  const TemporaryFolder folder;
  EXPECT_FALSE(RunDirectory::is_in_use(folder / "run"));
  {
    const RunDirectory run = RunDirectory::create(folder / "run", {}, "");
    const RunDirectory copy = run;
    EXPECT_TRUE(RunDirectory::is_in_use(folder / "run"));
    EXPECT_THAT([&] { RunDirectory::resume(folder / "run"); },
                ThrowsMessage<DataError>(HasSubstr("is in use by process ")));
    EXPECT_EQ(RunDirectory::open(folder / "run").config().seed, 1);
  }
  EXPECT_FALSE(RunDirectory::is_in_use(folder / "run"));
  const RunDirectory again = RunDirectory::resume(folder / "run");
  EXPECT_TRUE(RunDirectory::is_in_use(folder / "run"));
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

TEST(RunDirectory, KeepsTheNewestCheckpointsAndTheBest) {
  const TemporaryFolder folder;
  const RunDirectory run = RunDirectory::create(folder / "run", {}, "");
  for (const int64_t updates : {5, 10, 15, 100}) add_checkpoint(run, updates);
  run.prune_checkpoints(2, /*best_updates=*/5);
  EXPECT_THAT(run.checkpoints(), testing::ElementsAre(run.checkpoint(5), run.checkpoint(15), run.checkpoint(100)));
  run.prune_checkpoints(2, /*best_updates=*/100);
  EXPECT_THAT(run.checkpoints(), testing::ElementsAre(run.checkpoint(15), run.checkpoint(100)));
}

TEST(RunDirectory, FindsCheckpointsByWhatTheyAreCalled) {
  const TemporaryFolder folder;
  const RunDirectory run = RunDirectory::create(folder / "run", {}, "");
  add_checkpoint(run, 5);
  add_checkpoint(run, 10);
  EXPECT_THAT([&] { run.find_checkpoint("best"); }, ThrowsMessage<DataError>(HasSubstr("not evaluated yet")));
  add_checkpoint(run, 15, /*best_updates=*/5);
  EXPECT_EQ(run.find_checkpoint(""), run.checkpoint(15));
  EXPECT_EQ(run.find_checkpoint("last"), run.checkpoint(15));
  EXPECT_EQ(run.find_checkpoint("best"), run.checkpoint(5));
  EXPECT_EQ(run.find_checkpoint("10"), run.checkpoint(10));
  EXPECT_EQ(run.find_checkpoint("update_00000010.ckpt"), run.checkpoint(10));
  for (const char* name : {"11", "first", "../config.toml.x"}) {
    EXPECT_THAT([&] { run.find_checkpoint(name); },
                ThrowsMessage<DataError>(
                    AllOf(HasSubstr("There is no checkpoint"), HasSubstr("best"), HasSubstr("update_00000005.ckpt"))));
  }
}

TEST(RunDirectory, CutsBackToAPointOfTheRun) {
  const TemporaryFolder folder;
  const RunDirectory run = RunDirectory::create(folder / "run", {}, "");
  for (const int64_t updates : {5, 10, 15}) add_checkpoint(run, updates);
  for (const char* name : {"000000.npz", "000001.npz", "000002.npz", "notes.txt", "mine.npz"}) {
    write_file_atomically(run.episodes() / name, "x");
  }
  TrainingProgress progress;
  progress.updates = 10;
  progress.episodes = 2;
  run.truncate(progress);
  EXPECT_THAT(run.checkpoints(), testing::ElementsAre(run.checkpoint(5), run.checkpoint(10)));
  EXPECT_FALSE(std::filesystem::exists(run.episodes() / "000002.npz"));
  for (const char* name : {"000000.npz", "000001.npz", "notes.txt", "mine.npz"}) {
    EXPECT_TRUE(std::filesystem::exists(run.episodes() / name)) << name;
  }
}

TEST(RunDirectory, WhatACrashLeftIsNoObstacle) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "run" / ".vrkn-1-0.tmp", "half");
  write_file_atomically(folder / "run" / "environment.json", "{}");
  write_file_atomically(folder / "run" / ".lock", "123");
  EXPECT_TRUE(RunDirectory::is_free(folder / "run"));
  EXPECT_FALSE(RunDirectory::exists(folder / "run"));
  EXPECT_NO_THROW(RunDirectory::create(folder / "run", {}, ""));
  EXPECT_FALSE(RunDirectory::is_free(folder / "run"));
  EXPECT_FALSE(std::filesystem::exists(folder / "run" / ".vrkn-1-0.tmp"));
  for (const char* name : {".vrkn-1-0.tmp", "checkpoints/.vrkn-1-1.tmp", "videos/.vrkn-a.mp4-1.tmp"}) {
    write_file_atomically(folder / "run" / name, "half");
  }
  write_file_atomically(folder / "run" / "mine.tmp", "whole");
  RunDirectory::resume(folder / "run");
  int temporary = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / "run")) {
    temporary += is_temporary_name(entry.path().filename().string());
  }
  EXPECT_EQ(temporary, 0);
  EXPECT_TRUE(std::filesystem::exists(folder / "run" / "mine.tmp"));
}

TEST(RunDirectory, KnowsWhenItIsGone) {
  const TemporaryFolder folder;
  const RunDirectory run = RunDirectory::create(folder / "run", {}, "");
  EXPECT_NO_THROW(run.check_present());
  std::filesystem::remove_all(folder / "run");
  EXPECT_THAT([&] { run.check_present(); }, ThrowsMessage<DataError>(HasSubstr("has been removed")));
}

}  // namespace
}  // namespace vrkn::run::run_directory_test
