#include "vrkn/training/rollback.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/memory_sink.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_experiment.h"
#include "vrkn/training/trainer.h"

namespace vrkn::training::rollback_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using testing::ThrowsMessage;

/// A run of twelve updates with a checkpoint after eight and at the end, one of whose updates may spoil a weight.
class SpoiltRun {
 public:
  explicit SpoiltRun(const run::ExperimentConfig& config)
      : config_(config), run_(run::RunDirectory::create(folder_ / "run", config, "test")) {}

  /// One attempt, with what the trainer says kept in `lines`, cut where the checkpoint stood. `spoilt`: the update
  /// after which a weight is not a number; `last`: that after which the run is asked to stop. Neither where it is never
  /// reached.
  RunOutcome attempt(const std::optional<run::Checkpoint>& checkpoint, int64_t rollbacks, int64_t spoilt,
                     int64_t last = std::numeric_limits<int64_t>::max()) {
    lines.lines.resize(checkpoint ? static_cast<size_t>(checkpoint->progress().sink_positions.at(0)) : 0);
    Trainer* running = nullptr;
    Trainer trainer(config_, run_, {&lines},
                    {.stop_requested = [&] { return running != nullptr && running->progress().updates >= last; },
                     .on_progress =
                         [&](std::string_view what, int64_t, int64_t) {
                           if (!what.ends_with("learning") || running->progress().updates != spoilt) return;
                           const at::NoGradGuard no_grad;
                           running->agent().world_model()->parameters()[0].fill_(NAN);
                         },
                     .on_last_evaluation = {},
                     .on_last_evaluation_end = {}});
    if (checkpoint) trainer.resume(*checkpoint);
    trainer.set_rollbacks(rollbacks);
    running = &trainer;
    return trainer.run();
  }

  template <class Attempt>
  RunOutcome run(const std::optional<run::Checkpoint>& from, Attempt attempt) {
    return run_with_rollbacks(
        run_, config_.training.rollbacks, from, [this](const std::string& message) { messages.push_back(message); },
        attempt);
  }

  std::optional<run::Checkpoint> newest() const { return std::optional<run::Checkpoint>(run_.newest_checkpoint()); }

  MemorySink lines;
  std::vector<std::string> messages;

 private:
  run::ExperimentConfig config_;
  TemporaryFolder folder_;
  run::RunDirectory run_;
};

constexpr int64_t kNever = -1;

TEST(Rollback, GoesOnFromTheLastCheckpointWithHalfTheLearningRates) {
  SpoiltRun run(tiny_experiment());
  int attempts = 0;
  EXPECT_EQ(run.run({},
                    [&](const auto& checkpoint, int64_t rollbacks) {
                      EXPECT_EQ(rollbacks, attempts);
                      return run.attempt(checkpoint, rollbacks, ++attempts == 1 ? 9 : kNever);
                    }),
            RunOutcome::kFinished);
  EXPECT_EQ(attempts, 2);
  EXPECT_THAT(run.messages,
              ElementsAre(testing::AllOf(StartsWith("loss/total became nan at update 9; going back to "),
                                         HasSubstr("update_00000008.ckpt with the learning rates times 0.5"))));
  EXPECT_THAT(run.lines.lines, testing::Contains(StartsWith("rollback ")).Times(1));
  EXPECT_THAT(run.lines.lines, testing::Contains(testing::EndsWith("count=1 learning_rates/factor=0.5")));
  EXPECT_EQ(run.newest()->progress().updates, 12);
  EXPECT_EQ(run.newest()->progress().rollbacks, 1);

  // A run that never went back learned otherwise from the checkpoint on, and not before.
  SpoiltRun undisturbed(tiny_experiment());
  undisturbed.attempt({}, 0, kNever);
  std::vector<std::string> with = run.lines.lines, without = undisturbed.lines.lines;
  const auto news = std::ranges::find_if(with, [](const std::string& line) { return line.starts_with("rollback "); });
  const auto before = news - with.begin();
  with.erase(news);
  ASSERT_EQ(with.size(), without.size());
  EXPECT_TRUE(std::equal(with.begin(), with.begin() + before, without.begin()));
  EXPECT_FALSE(std::equal(with.begin() + before, with.end(), without.begin() + before));
}

TEST(Rollback, ARunThatWentBackAndWasStoppedGoesOnAsIfItHadNotBeenStopped) {
  const auto lines = [](bool is_stopped) {
    SpoiltRun run(tiny_experiment());
    const auto attempt = [&](const auto& checkpoint, int64_t rollbacks) {
      if (rollbacks == 0) return run.attempt(checkpoint, rollbacks, 9);
      return run.attempt(checkpoint, rollbacks, kNever, is_stopped ? 10 : 99);
    };
    EXPECT_EQ(run.run({}, attempt), is_stopped ? RunOutcome::kStopped : RunOutcome::kFinished);
    if (is_stopped) {
      EXPECT_EQ(run.newest()->progress().updates, 10);
      EXPECT_EQ(run.run(run.newest(),
                        [&](const auto& checkpoint, int64_t rollbacks) {
                          EXPECT_EQ(rollbacks, 1);
                          return run.attempt(checkpoint, rollbacks, kNever);
                        }),
                RunOutcome::kFinished);
    }
    return run.lines.lines;
  };
  EXPECT_EQ(lines(true), lines(false));
}

TEST(Rollback, StopsWhenAllAreUsedUp) {
  run::ExperimentConfig config = tiny_experiment();
  config.training.rollbacks = 2;
  SpoiltRun run(config);
  // Before the first checkpoint there is only the beginning to go back to.
  EXPECT_THAT(
      [&] {
        run.run({}, [&](const auto& checkpoint, int64_t rollbacks) { return run.attempt(checkpoint, rollbacks, 5); });
      },
      ThrowsMessage<NumericalError>(HasSubstr("update 5; the run stops, its last checkpoint is kept")));
  EXPECT_THAT(run.messages, ElementsAre(HasSubstr("going back to the beginning with the learning rates times 0.5"),
                                        HasSubstr("going back to the beginning with the learning rates times 0.25")));

  config.training.rollbacks = 0;
  SpoiltRun stops(config);
  EXPECT_THROW(
      stops.run({}, [&](const auto& checkpoint, int64_t rollbacks) { return stops.attempt(checkpoint, rollbacks, 9); }),
      NumericalError);
  EXPECT_TRUE(stops.messages.empty());
  EXPECT_EQ(stops.newest()->progress().updates, 8);
}

}  // namespace
}  // namespace vrkn::training::rollback_test
