// Several processes that train one run together, here as threads (tests/support/processes.h). The command with real
// processes: tests/cli/parallel_test.py.

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <memory>
#include <optional>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/counter_episode.h"
#include "tests/support/memory_sink.h"
#include "tests/support/processes.h"
#include "tests/support/small_models.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_experiment.h"
#include "vrkn/config/fields.h"
#include "vrkn/core/error.h"
#include "vrkn/training/process_sharing.h"
#include "vrkn/training/trainer.h"

namespace vrkn::training::parallel_training_test {
namespace {

/// Two processes divide a batch of four.
run::ExperimentConfig shared_experiment() {
  run::ExperimentConfig config = tiny_experiment();
  config.training.batch_size = 4;
  config.training.checkpoint_every = 1;
  return config;
}

/// A run of some processes, of which the first one writes into `folder`, and what came of it.
class SharedRun {
 public:
  SharedRun(const run::ExperimentConfig& config, int64_t processes)
      : config_(config), processes_(processes), run_(run::RunDirectory::create(folder_ / "run", config, "test")) {}

  using Hooks = std::function<TrainerHooks(int64_t rank, Trainer*& trainer)>;

  /// One life, from the newest checkpoint where there is one.
  RunOutcome live(const Hooks& hooks = {}) {
    std::vector<RunOutcome> outcomes(static_cast<size_t>(processes_));
    agents.assign(outcomes.size(), "");
    errors = agents;
    const auto work = [&](const parallel::ProcessGroup& processes) {
      const auto rank = static_cast<size_t>(processes.rank());
      const bool first = processes.is_rank_zero();
      Trainer* running = nullptr;
      Trainer trainer(config_, first ? std::optional(run_) : std::nullopt,
                      first ? std::vector<MetricSink*>{&sink} : std::vector<MetricSink*>{},
                      hooks ? hooks(processes.rank(), running) : TrainerHooks{}, {}, processes);
      running = &trainer;
      if (first && !run_.checkpoints().empty()) {
        sink.lines.resize(static_cast<size_t>(run::read_progress(run_.newest_checkpoint()).sink_positions.at(0)));
        trainer.resume(run::Checkpoint(run_.newest_checkpoint()));
      }
      try {
        outcomes[rank] = trainer.run();
      } catch (const Error& error) {
        errors.at(rank) = error.what();
      }
      agents[rank] = run::checkpoint_content(trainer.agent(), config_, {});
    };
    if (processes_ == 1) {
      work(parallel::ProcessGroup());
    } else {
      run_together(processes_, work);
    }
    EXPECT_EQ(std::ranges::count(outcomes, outcomes[0]), processes_);
    return outcomes[0];
  }

  const run::RunDirectory& directory() const { return run_; }

  MemorySink sink;
  std::vector<std::string> agents, errors;  // of each process: weights and optimiser state; what it threw, if anything

 private:
  TemporaryFolder folder_;
  run::ExperimentConfig config_;
  int64_t processes_;
  run::RunDirectory run_;
};

/// The greatest difference of two checkpoints' tensors, by the greatest value of each.
double difference(const std::filesystem::path& left, const std::filesystem::path& right) {
  const auto ours = run::Checkpoint(left).tensors(), theirs = run::Checkpoint(right).tensors();
  EXPECT_EQ(ours.size(), theirs.size());
  double greatest = 0.0;
  for (size_t i = 0; i < ours.size(); ++i) {
    EXPECT_EQ(ours[i].name, theirs[i].name);
    const double size = theirs[i].tensor.abs().max().item<double>();
    const double apart = (ours[i].tensor - theirs[i].tensor).abs().max().item<double>();
    if (apart > 0.0) greatest = std::max(greatest, apart / std::max(size, 1e-3));
  }
  return greatest;
}

TEST(ParallelTraining, TwoProcessesLearnWhatOneLearns) {
  run::ExperimentConfig config = shared_experiment();
  config.training.iterations = 1;
  config.training.updates = 8;
  config.evaluation.episodes = 1;
  const agent::AgentConfig planet = config.agent;
  const agent::AgentConfig dreamer =
      agent::DreamerConfig{.horizon = 3, .actor_hidden = 8, .actor_layers = 1, .value_hidden = 8, .value_layers = 1};
  std::vector<model::ModelConfig> models = small_models();
  models.push_back(with_sequence_masks(models.front()));
  for (const model::ModelConfig& model : models) {
    for (const agent::AgentConfig& agent : {planet, dreamer}) {
      config.model = model;
      config.agent = agent;
      SharedRun alone(config, 1), together(config, 2);
      alone.live();
      together.live();
      const double apart = difference(together.directory().newest_checkpoint(), alone.directory().newest_checkpoint());
      EXPECT_LT(apart, 1e-5) << kind_of(model) << ": 1e-6 is usual, sums in another order";
      EXPECT_EQ(together.agents[0], together.agents[1]) << "their weights are not the same bits";
    }
  }
}

TEST(ParallelTraining, StoppedThroughAnyOfThemAndResumedItIsTheUndisturbedRun) {
  const run::ExperimentConfig config = shared_experiment();
  SharedRun undisturbed(config, 2);
  ASSERT_EQ(undisturbed.live(), RunOutcome::kFinished);
  // The first process is asked before every update and every step of an episode, the second before updates only.
  for (const auto& [stopped, patience] : {std::pair<int64_t, int>{0, 5}, {0, 47}, {0, 71}, {0, 113}, {1, 0}, {1, 7}}) {
    SharedRun run(config, 2);
    const auto outcome = run.live([&, limit = patience](int64_t rank, Trainer*&) {
      auto asked = std::make_shared<int>(0);
      return TrainerHooks{.stop_requested = [=] { return rank == stopped && (*asked)++ >= limit; },
                          .on_progress = {},
                          .on_last_evaluation = {},
                          .on_last_evaluation_end = {}};
    });
    EXPECT_EQ(outcome, RunOutcome::kStopped) << stopped << ": " << patience;
    EXPECT_EQ(run.live(), RunOutcome::kFinished);
    EXPECT_EQ(run.sink.lines, undisturbed.sink.lines) << stopped << ": " << patience;
    EXPECT_EQ(run.agents, undisturbed.agents) << stopped << ": " << patience;
  }
}

TEST(ParallelTraining, ALossThatIsNotFiniteInOneOfThemStopsAll) {
  SharedRun run(shared_experiment(), 2);
  run.live([](int64_t rank, Trainer*& trainer) {
    const auto spoil_a_weight = [rank, &trainer, updates = 0](std::string_view what, int64_t, int64_t) mutable {
      if (rank != 1 || !what.ends_with("learning") || ++updates != 5) return;
      const at::NoGradGuard no_grad;
      trainer->agent().world_model()->parameters()[0].fill_(std::numeric_limits<float>::quiet_NaN());
    };
    return TrainerHooks{
        .stop_requested = {}, .on_progress = spoil_a_weight, .on_last_evaluation = {}, .on_last_evaluation_end = {}};
  });
  EXPECT_EQ(run.errors[0], "loss/total became nan at update 5; the run stops, its last checkpoint is kept.");
  EXPECT_EQ(run.errors[1], run.errors[0]);
  EXPECT_EQ(run::read_progress(run.directory().newest_checkpoint()).iteration, 1);
}

TEST(ParallelTraining, RefusesARecordedGraph) {
  run::ExperimentConfig config = shared_experiment();
  config.cuda.graph = true;
  std::array<std::string, 2> errors;
  run_together(2, [&](const parallel::ProcessGroup& processes) {
    try {
      Trainer(config, {}, {}, {}, {}, processes);
    } catch (const ConfigError& error) {
      errors.at(static_cast<size_t>(processes.rank())) = error.what();
    }
  });
  for (const std::string& error : errors) EXPECT_THAT(error, testing::StartsWith("cuda.graph is true, but gradients"));
}

TEST(ParallelTraining, RefusesABatchThatCannotBeDivided) {
  run::ExperimentConfig config = shared_experiment();
  config.training.batch_size = 5;
  std::array<std::string, 2> errors;
  run_together(2, [&](const parallel::ProcessGroup& processes) {
    try {
      Trainer(config, {}, {}, {}, {}, processes);
    } catch (const ConfigError& error) {
      errors.at(static_cast<size_t>(processes.rank())) = error.what();
    }
  });
  EXPECT_EQ(errors[0],
            "training.batch_size is 5, but must be a multiple of WORLD_SIZE, 2, for every process to learn "
            "from as many sequences");
  EXPECT_EQ(errors[1], errors[0]);
}

TEST(SharedState, EpisodesAndConfigurationsArriveWhole) {
  const data::Episode episode = counter_episode(/*number=*/3, /*length=*/11);
  run::ExperimentConfig config = shared_experiment();
  config.model = model::RssmSmoothingMcdConfig{};
  config.seed = 17;
  run_together(2, [&](const parallel::ProcessGroup& processes) {
    const bool first = processes.is_rank_zero();
    const auto found = share_episode(processes, first ? std::optional(episode) : std::nullopt);
    ASSERT_TRUE(found);
    EXPECT_TRUE(at::equal(found->actions, episode.actions));
    EXPECT_TRUE(at::equal(found->rewards, episode.rewards));
    EXPECT_TRUE(at::equal(found->discounts, episode.discounts));
    ASSERT_EQ(found->observations.size(), episode.observations.size());
    for (size_t s = 0; s < episode.observations.size(); ++s) {
      EXPECT_TRUE(at::equal(found->observations[s].values, episode.observations[s].values));
      EXPECT_TRUE(at::equal(found->observations[s].valid, episode.observations[s].valid));
      EXPECT_EQ(found->observations[s].visible.defined(), episode.observations[s].visible.defined());
    }
    EXPECT_FALSE(share_episode(processes, std::nullopt));
    const run::ExperimentConfig shared = share_config(processes, first ? config : run::ExperimentConfig{});
    EXPECT_EQ(config::to_toml(shared), config::to_toml(config));
  });
}

}  // namespace
}  // namespace vrkn::training::parallel_training_test
