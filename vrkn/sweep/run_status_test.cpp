#include "vrkn/sweep/run_status.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "vrkn/agent/make_agent.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/run/checkpoint.h"
#include "vrkn/run/run_directory.h"

namespace vrkn::sweep::run_status_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

SweepRun small_run() {
  return {"a", run::load_preset("quick", {"training.iterations=2", "training.prefill_episodes=3"})};
}

/// What a run leaves after that many iterations and episodes.
void leave(const SweepFolder& folder, int64_t iteration, int64_t episodes) {
  const run::RunDirectory run = run::RunDirectory::open(folder.run("a"));
  const env::EnvironmentSpec spec{
      .name = "test", .sensors = {{"state", env::SensorKind::kVector, {1}}}, .action_size = 1};
  run::TrainingProgress progress;
  progress.iteration = iteration;
  progress.episodes = episodes;
  write_file_atomically(run.metrics(),
                        fmt::format("{{\"kind\":\"train\",\"env_step\":10,\"iteration\":{}}}\n", iteration));
  run::write_checkpoint(run.checkpoint(iteration), *agent::make_agent(agent::RandomConfig{}, {}, spec, 1, c10::kCPU),
                        run.config(), progress);
}

TEST(RunStatus, FollowsARunFromItsFolder) {
  const TemporaryFolder temporary;
  const SweepFolder folder(temporary.path());
  const SweepRun run = small_run();
  const auto state = [&] { return status_of(folder, run).state; };
  EXPECT_EQ(state(), RunState::kNotBegun);
  {
    const run::RunDirectory made = run::RunDirectory::create(folder.run("a"), run.config, "");
    EXPECT_EQ(state(), RunState::kRunning);
  }
  EXPECT_EQ(state(), RunState::kNoCheckpoint);
  leave(folder, 1, 4);
  EXPECT_EQ(state(), RunState::kUnfinished);
  write_file_atomically(folder.failure("a"), "exit code 1\n");
  EXPECT_EQ(state(), RunState::kFailed);
  EXPECT_EQ(status_of(folder, run).note, "exit code 1");
  leave(folder, 2, 5);
  EXPECT_EQ(state(), RunState::kFinished);
}

TEST(RunStatus, NumbersAloneDoNotFinishARun) {
  const TemporaryFolder temporary;
  const SweepFolder folder(temporary.path());
  const SweepRun run = small_run();
  run::RunDirectory::create(folder.run("a"), run.config, "");
  leave(folder, 1, 4);
  write_file_atomically(folder.run("a") / "metrics.jsonl", "{\"kind\":\"train\",\"env_step\":10,\"iteration\":2}\n");
  EXPECT_EQ(status_of(folder, run).state, RunState::kUnfinished) << "its last checkpoint is missing";
  leave(folder, 2, 5);
  const auto newest = run::RunDirectory::open(folder.run("a")).checkpoint(2);
  write_file_atomically(newest, read_file(newest).substr(0, 100));
  EXPECT_EQ(status_of(folder, run).state, RunState::kUnfinished) << "its last checkpoint is damaged";
}

TEST(RunStatus, ARunWithoutIterationsIsFinishedWithItsRandomEpisodes) {
  const TemporaryFolder temporary;
  const SweepFolder folder(temporary.path());
  SweepRun run = small_run();
  run.config.training.iterations = 0;
  run::RunDirectory::create(folder.run("a"), run.config, "");
  leave(folder, 0, 2);
  EXPECT_EQ(status_of(folder, run).state, RunState::kUnfinished);
  leave(folder, 0, 3);
  EXPECT_EQ(status_of(folder, run).state, RunState::kFinished);
}

TEST(SweepFolder, RefusesRunsThatWereBegunOtherwise) {
  const TemporaryFolder temporary;
  const SweepFolder folder(temporary.path());
  SweepRun run = small_run();
  folder.check_agrees({.file = {}, .settings = {}, .runs = {run}});
  run::RunDirectory::create(folder.run("a"), run.config, "");
  folder.check_agrees({.file = {}, .settings = {}, .runs = {run}});
  run.config.training.batch_size = 9;
  run.config.seed = 4;
  EXPECT_THAT(
      [&] { folder.check_agrees({.file = {}, .settings = {}, .runs = {run}}); },
      ThrowsMessage<ConfigError>(AllOf(HasSubstr("the run a: "), HasSubstr("seed = 1, but the sweep now says 4"),
                                       HasSubstr("1 more keys differ"))));
  write_file_atomically(folder.run("b") / "letter.txt", "");
  EXPECT_THAT(
      [&] {
        folder.check_agrees({.file = {}, .settings = {}, .runs = {{"b", run.config}}});
      },
      ThrowsMessage<ConfigError>(HasSubstr("holds something else than a run")));
}

TEST(SweepFolder, OneSweepAtATime) {
  const TemporaryFolder temporary;
  const SweepFolder folder(temporary.path());
  const FileLock lock = folder.lock();
  EXPECT_THAT([&] { folder.lock(); }, ThrowsMessage<DataError>(HasSubstr("is being run by process ")));
}

}  // namespace
}  // namespace vrkn::sweep::run_status_test
