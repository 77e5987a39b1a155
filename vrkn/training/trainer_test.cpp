#include "vrkn/training/trainer.h"

#include <algorithm>
#include <initializer_list>
#include <limits>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/cuda.h>

#include "tests/support/memory_sink.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_experiment.h"
#include "vrkn/agent/averaged_weights.h"
#include "vrkn/agent/make_agent.h"
#include "vrkn/core/error.h"
#include "vrkn/core/random.h"
#include "vrkn/env/make_environment.h"

namespace vrkn::training::trainer_test {
namespace {

run::ExperimentConfig tiny_dreamer() {
  run::ExperimentConfig config = tiny_experiment();
  model::RssmSmoothingMcdConfig model;
  model.stochastic_dim = model.deterministic_dim = model.hidden_dim = model.smoother_dim = 4;
  config.model = model;
  config.agent =
      agent::DreamerConfig{.horizon = 3, .actor_hidden = 8, .actor_layers = 1, .value_hidden = 8, .value_layers = 1};
  return config;
}

/// The same, collecting while it learns.
run::ExperimentConfig overlapping(run::ExperimentConfig config) {
  config.training.async_collection = true;
  return config;
}

/// The same, acting with averages of the weights.
run::ExperimentConfig averaging(run::ExperimentConfig config) {
  if (auto* planet = std::get_if<agent::PlanetConfig>(&config.agent)) planet->weight_average = 0.8;
  if (auto* dreamer = std::get_if<agent::DreamerConfig>(&config.agent)) dreamer->weight_average = 0.8;
  return config;
}

std::vector<std::string> run_undisturbed(const run::ExperimentConfig& config) {
  const TemporaryFolder folder;
  MemorySink sink;
  Trainer trainer(config, run::RunDirectory::create(folder / "run", config, "test"), {&sink});
  EXPECT_EQ(trainer.run(), RunOutcome::kFinished);
  return sink.lines;
}

TEST(Trainer, RunsEveryPhaseAndReportsIt) {
  const std::vector<std::string> lines = run_undisturbed(tiny_experiment());
  const auto count = [&](const std::string& kind) {
    return std::ranges::count_if(lines, [&](const std::string& line) { return line.starts_with(kind); });
  };
  EXPECT_EQ(count("collect "), 2);
  EXPECT_EQ(count("train "), 3);
  EXPECT_EQ(count("evaluate "), 2);  // the second, because due, and the last
  EXPECT_EQ(count("episode "), 4);
  EXPECT_EQ(count("reconstruction/image "), 2);
  EXPECT_EQ(count("evaluation/episode "), 2 * 21);  // the reset and 20 steps
  // Two random episodes and three of the agent's, 100 control steps each.
  EXPECT_TRUE(lines.back().starts_with("train 500 3 "));
}

TEST(Trainer, RunsOnACudaDeviceWithAndWithoutAGraph) {
  if (!torch::cuda::is_available()) GTEST_SKIP() << "no CUDA device";
  for (const bool graph : {false, true}) {
    run::ExperimentConfig config = tiny_experiment();
    config.device = "cuda";
    config.cuda.graph = graph;
    const std::vector<std::string> lines = run_undisturbed(config);
    EXPECT_TRUE(lines.back().starts_with("train 500 3 ")) << graph;
  }
}

/// Stops a run when it has been asked so many times, and resumes it until it is done.
void expect_the_undisturbed_run(const run::ExperimentConfig& config, std::initializer_list<int> patiences) {
  const std::vector<std::string> undisturbed = run_undisturbed(config);
  for (const int patience : patiences) {
    const TemporaryFolder folder;
    const run::RunDirectory run = run::RunDirectory::create(folder / "run", config, "test");
    MemorySink sink;
    RunOutcome outcome = RunOutcome::kStopped;
    for (int lives = 0; outcome == RunOutcome::kStopped; ++lives) {
      ASSERT_LT(lives, 40);
      // Only the first life is cut short by the given patience; later ones get a little further every time.
      int asked = 0;
      const int limit = patience + 60 * lives;
      Trainer trainer(config, run, {&sink},
                      {.stop_requested = [&] { return asked++ >= limit; },
                       .on_progress = {},
                       .on_last_evaluation = {},
                       .on_last_evaluation_end = {}});
      if (lives > 0) {
        const auto checkpoint = run.newest_checkpoint();
        sink.lines.resize(static_cast<size_t>(run::read_progress(checkpoint).sink_positions.at(0)));
        trainer.resume(run::Checkpoint(checkpoint));
      }
      outcome = trainer.run();
    }
    EXPECT_EQ(sink.lines, undisturbed) << "first stopped after " << patience;
  }
}

TEST(Trainer, StoppedAnywhereAndResumedItEqualsTheUndisturbedRun) {
  // The stop is asked for before every update and every agent step. Primes reach all phases of the loop.
  expect_the_undisturbed_run(tiny_experiment(), {0, 7, 31, 41, 47, 67, 89, 113, 127});
}

TEST(Trainer, ADreamerWithAnRssmResumesAsWell) {
  expect_the_undisturbed_run(tiny_dreamer(), {41, 67, 113});
}

TEST(Trainer, ResumesWithTheAveragesOfItsWeights) {
  expect_the_undisturbed_run(averaging(tiny_experiment()), {47, 67});
  expect_the_undisturbed_run(averaging(tiny_dreamer()), {67});
  expect_the_undisturbed_run(averaging(overlapping(tiny_experiment())), {43, 67});
}

TEST(Trainer, MasksAndMissingReadingsComeBackFromTheirFiles) {
  run::ExperimentConfig config = tiny_experiment();
  config.environment.transition_noise = 0.2;
  config.environment.occlusion = env::DiscOcclusion{};
  config.environment.image = {.interval_min = 1, .interval_max = 3};
  config.environment.state = {.dropout = 0.2, .delay = 1, .noise = 0.1};
  expect_the_undisturbed_run(config, {89});
}

TEST(Trainer, LearningFromRewardsAloneShowsNoReconstructions) {
  run::ExperimentConfig config = tiny_experiment();
  config.objective.sensor_weight = 0.0;
  const std::vector<std::string> lines = run_undisturbed(config);
  for (const std::string& line : lines) {
    EXPECT_FALSE(line.starts_with("reconstruction/")) << "of decoders that never learn";
    EXPECT_EQ(line.find("loss/image"), std::string::npos) << line;
  }
  EXPECT_NE(lines.back().find("loss/reward"), std::string::npos);
}

/// The loop written down once more, in turn on one thread and without files: what a run comes to.
struct Reference {
  explicit Reference(const run::ExperimentConfig& experiment) : config(experiment), world(make_worlds(experiment)) {
    const env::EnvironmentSpec& spec = world.spec();
    agent = agent::make_agent(config.agent, config.world_model(), spec, seed("weights", 0), c10::kCPU);
    const auto random = agent::make_agent(agent::RandomConfig{}, config.world_model(), spec, 0, c10::kCPU);
    replay.emplace(spec.sensors, spec.action_size);
    while (std::ssize(replay->episodes()) < config.training.prefill_episodes) {
      math::TensorGenerator rng(seed("exploration", std::ssize(replay->episodes())));
      replay->add(play(*random, {.rng = rng}));
    }
    agent->set_statistics(data::sensor_statistics(replay->episodes(), spec.sensors));
  }

  static env::Environments make_worlds(const run::ExperimentConfig& experiment) {
    env::Environments worlds;
    worlds.push_back(env::make_environment(experiment.environment));
    return worlds;
  }

  uint64_t seed(std::string_view name, int64_t index) const {
    return derive_seed(static_cast<uint64_t>(config.seed), name, static_cast<uint64_t>(index));
  }

  data::Episode play(agent::Agent& player, agent::ActOptions options) {
    const uint64_t seeds[] = {seed("environment", std::ssize(replay->episodes()))};
    return std::move(evaluation::run_episodes(player, world, seeds, options)->front());
  }

  data::Episode collect() {
    const agent::AveragedWeights averaged(*agent);
    math::TensorGenerator rng(seed("exploration", std::ssize(replay->episodes())));
    return play(
        *agent,
        {.rng = rng, .dropout = true, .exploration_noise = config.training.exploration_noise, .sample_policy = true});
  }

  void learn() {
    for (int64_t i = 0; i < config.training.updates; ++i, ++updates) {
      ScalarGenerator random(seed("replay", updates));
      math::TensorGenerator rng(seed("model", updates));
      agent->update(replay->sample(config.training.batch_size, config.training.sequence_length, random), rng);
    }
  }

  void iterate() {
    std::optional<data::Episode> episode;
    if (config.training.async_collection) episode = collect();  // with the weights from before the updates
    learn();
    if (!episode) episode = collect();
    replay->add(std::move(*episode));
  }

  run::ExperimentConfig config;
  env::EnvironmentPool world;
  std::unique_ptr<agent::Agent> agent;
  std::optional<data::Replay> replay;
  int64_t updates = 0;
};

/// Weights, observations, actions and rewards, bit for bit.
void expect_the_reference(const run::ExperimentConfig& config) {
  Reference reference(config);
  for (int64_t i = 0; i < config.training.iterations; ++i) reference.iterate();

  const TemporaryFolder folder;
  const run::RunDirectory run = run::RunDirectory::create(folder / "run", config, "test");
  MemorySink sink;
  Trainer trainer(config, run, {&sink});
  EXPECT_EQ(trainer.run(), RunOutcome::kFinished);
  data::Replay replay(reference.world.spec().sensors, reference.world.spec().action_size, run.episodes());
  replay.load(std::ssize(reference.replay->episodes()));
  EXPECT_EQ(trainer.progress().episodes, std::ssize(replay.episodes()));
  for (size_t i = 0; i < replay.episodes().size(); ++i) {
    const data::Episode &found = replay.episodes()[i], &expected = reference.replay->episodes()[i];
    EXPECT_TRUE(at::equal(found.actions, expected.actions)) << i;
    EXPECT_TRUE(at::equal(found.rewards, expected.rewards)) << i;
    EXPECT_TRUE(at::equal(found.observations[0].values, expected.observations[0].values)) << i;
  }
  const auto found = trainer.agent().world_model()->parameters();
  const auto expected = reference.agent->world_model()->parameters();
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i) EXPECT_TRUE(at::equal(found[i], expected[i])) << i;
}

TEST(Trainer, EqualsTheLoopInTurn) {
  expect_the_reference(tiny_experiment());
}

TEST(Trainer, ActsWithTheAveragesOfItsWeightsAndLearnsWithTheNewest) {
  expect_the_reference(averaging(tiny_experiment()));
  expect_the_reference(averaging(overlapping(tiny_dreamer())));
  EXPECT_NE(run_undisturbed(averaging(tiny_experiment())), run_undisturbed(tiny_experiment()));
}

TEST(Trainer, CollectingWhileLearningEqualsTheLoopInTurnWithOlderWeights) {
  expect_the_reference(overlapping(tiny_experiment()));
  expect_the_reference(overlapping(tiny_dreamer()));
}

TEST(Trainer, CollectingWhileLearningIsAnotherRun) {
  EXPECT_NE(run_undisturbed(overlapping(tiny_experiment())), run_undisturbed(tiny_experiment()));
}

TEST(Trainer, StoppedWhileCollectingAndLearningItEqualsTheUndisturbedRun) {
  // After 40 questions the random episodes are there; the next four are those before the first updates. Then the stop
  // comes while the run waits for its episode, or later.
  expect_the_undisturbed_run(overlapping(tiny_experiment()), {0, 31, 40, 41, 42, 43, 44, 45, 67, 89});
  expect_the_undisturbed_run(overlapping(tiny_dreamer()), {42, 67});
}

TEST(Trainer, ACheckpointWithinAnIterationHoldsWhatTheEpisodeIsCollectedWith) {
  const run::ExperimentConfig config = overlapping(tiny_experiment());
  const TemporaryFolder folder;
  const run::RunDirectory run = run::RunDirectory::create(folder / "run", config, "test");
  MemorySink sink;
  int64_t updates = 0;
  const auto count = [&](std::string_view what, int64_t, int64_t) { updates += what.ends_with("learning") ? 1 : 0; };
  Trainer trainer(config, run, {&sink},
                  {.stop_requested = [&] { return updates == 6; },
                   .on_progress = count,
                   .on_last_evaluation = {},
                   .on_last_evaluation_end = {}});
  EXPECT_EQ(trainer.run(), RunOutcome::kStopped);
  const auto checkpoint = run.newest_checkpoint();
  EXPECT_EQ(run::read_progress(checkpoint).updates_in_iteration, 2);
  EXPECT_EQ(run::read_progress(checkpoint).episodes, 3);

  Reference reference(config);
  reference.iterate();
  run::Checkpoint(checkpoint).load_snapshot(trainer.agent());
  const auto found = trainer.agent().world_model()->parameters();
  const auto expected = reference.agent->world_model()->parameters();
  for (size_t i = 0; i < found.size(); ++i) EXPECT_TRUE(at::equal(found[i], expected[i])) << i;
}

TEST(Trainer, TheSeedDecidesEverything) {
  run::ExperimentConfig config = tiny_experiment();
  const auto first = run_undisturbed(config), again = run_undisturbed(config);
  EXPECT_EQ(first, again);
  config.seed = 2;
  EXPECT_NE(first, run_undisturbed(config));
}

void expect_a_stop_at_a_non_finite_loss(const run::ExperimentConfig& config) {
  const TemporaryFolder folder;
  const run::RunDirectory run = run::RunDirectory::create(folder / "run", config, "test");
  MemorySink sink;
  int updates = 0;
  Trainer* running = nullptr;
  const TrainerHooks hooks{
      .stop_requested = {},
      .on_progress =
          [&](std::string_view what, int64_t, int64_t) {
            // After the checkpoint of iteration 2, spoil a weight.
            if (!what.ends_with("learning") || ++updates != 9) return;
            const at::NoGradGuard no_grad;
            running->agent().world_model()->parameters()[0].fill_(std::numeric_limits<float>::quiet_NaN());
          },
      .on_last_evaluation = {},
      .on_last_evaluation_end = {}};
  Trainer trainer(config, run, {&sink}, hooks);
  running = &trainer;
  EXPECT_THAT([&] { trainer.run(); },
              testing::ThrowsMessage<NumericalError>(testing::HasSubstr("loss/total became nan")));
  EXPECT_EQ(run::read_progress(run.newest_checkpoint()).iteration, 2);
}

TEST(Trainer, ANonFiniteLossStopsTheRunAndKeepsTheLastCheckpoint) {
  expect_a_stop_at_a_non_finite_loss(tiny_experiment());
  expect_a_stop_at_a_non_finite_loss(overlapping(tiny_experiment()));
}

/// A double integrator that fails at the third step of its third episode: the first that an agent collects.
class Failing final : public env::Environment {
 public:
  const env::EnvironmentSpec& spec() const override { return world_->spec(); }
  env::TimeStep reset(uint64_t seed) override {
    ++episodes_;
    steps_ = 0;
    return world_->reset(seed);
  }
  env::TimeStep step(std::span<const double> action) override {
    if (episodes_ == 3 && ++steps_ == 3) throw SimulationError("the world has ended");
    return world_->step(action);
  }

 private:
  std::unique_ptr<env::Environment> world_ = env::make_environment(tiny_experiment().environment);
  int episodes_ = 0, steps_ = 0;
};

TEST(Trainer, AWorldThatFailsBesideTheUpdatesStopsTheRun) {
  run::ExperimentConfig config = overlapping(tiny_experiment());
  config.training.updates = 1'000'000;  // the error does not wait for the end of them
  const TemporaryFolder folder;
  const run::RunDirectory run = run::RunDirectory::create(folder / "run", config, "test");
  MemorySink sink;
  Trainer trainer(config, run, {&sink}, {}, [] { return std::make_unique<Failing>(); });
  EXPECT_THAT([&] { trainer.run(); }, testing::ThrowsMessage<SimulationError>("the world has ended"));
  EXPECT_TRUE(run.checkpoints().empty());
}

TEST(Trainer, ARewardThatNothingCanBeLearnedFromStopsTheRun) {
  class Broken final : public env::Environment {
   public:
    const env::EnvironmentSpec& spec() const override { return world_->spec(); }
    env::TimeStep reset(uint64_t seed) override { return world_->reset(seed); }
    env::TimeStep step(std::span<const double> action) override {
      env::TimeStep step = world_->step(action);
      step.reward = reward_;
      return step;
    }

    explicit Broken(double reward) : reward_(reward) {}

   private:
    double reward_;
    std::unique_ptr<env::Environment> world_ = env::make_environment(tiny_experiment().environment);
  };
  for (const double reward : {std::numeric_limits<double>::quiet_NaN(), 1e30}) {
    const run::ExperimentConfig config = tiny_experiment();
    const TemporaryFolder folder;
    const run::RunDirectory run = run::RunDirectory::create(folder / "run", config, "test");
    MemorySink sink;
    Trainer trainer(config, run, {&sink}, {}, [reward] { return std::make_unique<Broken>(reward); });
    EXPECT_THAT([&] { trainer.run(); },
                testing::ThrowsMessage<DataError>(testing::HasSubstr("at step 1 of an episode; allowed are numbers")));
  }
}

TEST(Trainer, ARandomAgentRunsWithoutLearning) {
  run::ExperimentConfig config = tiny_experiment();
  config.agent = agent::RandomConfig{};
  const auto lines = run_undisturbed(config);
  EXPECT_EQ(lines.size(), 2u + 3u + 2u * (1u + 2u + 21u));  // per evaluation: itself, two episodes, pictures of a film
}

}  // namespace
}  // namespace vrkn::training::trainer_test
