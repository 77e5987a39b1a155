#include "vrkn/training/offline_trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/log_episodes.h"
#include "tests/support/memory_sink.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"

namespace vrkn::training::offline_trainer_test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

run::ExperimentConfig tiny_experiment() {
  run::ExperimentConfig config;
  config.environment = {.task = "double_integrator", .sensors = {"state"}, .action_repeat = 5};
  config.model = model::VrknConfig{.latent_dim = 4, .hidden_dim = 8};
  config.networks = {.vector_hidden = 8, .vector_layers = 1, .reward_hidden = 8, .reward_layers = 1};
  config.training = {.iterations = 3, .updates = 4, .batch_size = 4, .sequence_length = 6, .checkpoint_every = 2};
  config.evaluation = {.every = 2};
  return config;
}

/// The value of a metric in a line of MemorySink.
double value_of(const std::string& line, const std::string& metric) {
  const size_t place = line.find(" " + metric + "=");
  if (place == std::string::npos) throw std::runtime_error(metric + " is not in: " + line);
  return std::stod(line.substr(place + metric.size() + 2));
}

struct Fitted {
  std::vector<std::string> lines;
  std::optional<evaluation::HeldOutReport> report;
};

Fitted fit(const run::ExperimentConfig& config, const run::FitData& data) {
  const TemporaryFolder folder;
  MemorySink sink;
  OfflineTrainer trainer(config, run::RunDirectory::create(folder / "run", config, "test"), data, {&sink});
  EXPECT_EQ(trainer.run(), RunOutcome::kFinished);
  return {sink.lines, trainer.report()};
}

TEST(OfflineTrainer, LearnsWhatHeldOutEpisodesShow) {
  const TemporaryFolder folder;
  run::ExperimentConfig config = tiny_experiment();
  config.training.iterations = 4;
  config.training.updates = 40;
  config.evaluation.every = 1;
  const auto [lines, report] = fit(config, run::choose_fit_data(log_episodes(folder, 8), 0.25, 1, 6));
  ASSERT_EQ(lines.size(), 8u);
  EXPECT_TRUE(lines[6].starts_with("held_out 160 4 "));
  EXPECT_TRUE(lines[7].starts_with("train 160 4 "));
  EXPECT_LT(value_of(lines[6], "loss/total"), value_of(lines[0], "loss/total") - 0.5);
  EXPECT_GT(value_of(lines[6], "bound"), value_of(lines[0], "bound") + 0.5);

  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->episodes, 2);
  EXPECT_EQ(report->sequences, 6);  // 21 steps have room for 3 sequences of 6
  ASSERT_EQ(report->errors.size(), 2u);
  EXPECT_EQ(report->errors[0].name, "state");
  EXPECT_EQ(report->errors[1].name, "reward");
  EXPECT_EQ(report->errors[0].by_step.size(), 21u);
  double sum = 0.0;
  for (const char* term : {"loss/state", "loss/reward", "loss/kl"}) sum += value_of(lines[6], term);
  EXPECT_NEAR(value_of(lines[6], "bound"), -sum, 1e-9);
}

TEST(OfflineTrainer, StoppedAnywhereAndResumedItEqualsTheUndisturbedRun) {
  const TemporaryFolder folder;
  const run::ExperimentConfig config = tiny_experiment();
  const run::FitData data = run::choose_fit_data(log_episodes(folder, 4), 0.25, 1, 6);
  const std::vector<std::string> undisturbed = fit(config, data).lines;
  ASSERT_EQ(undisturbed.size(), 5u);
  for (const int patience : {0, 3, 4, 8, 9, 11, 13}) {  // a question before every update and every evaluation: 14
    const run::RunDirectory run = run::RunDirectory::create(folder / std::to_string(patience), config, "test");
    MemorySink sink;
    int asked = 0;
    OfflineTrainer stopped(config, run, data, {&sink}, {[&] { return asked++ >= patience; }, {}});
    ASSERT_EQ(stopped.run(), RunOutcome::kStopped) << patience;
    sink.lines.resize(static_cast<size_t>(run::read_progress(run.newest_checkpoint()).sink_positions.at(0)));
    OfflineTrainer resumed(config, run, data, {&sink});
    resumed.resume(run::Checkpoint(run.newest_checkpoint()));
    EXPECT_EQ(resumed.run(), RunOutcome::kFinished);
    EXPECT_EQ(sink.lines, undisturbed) << "stopped after " << patience;
  }
}

TEST(OfflineTrainer, RefusesFilesThatChangedAndAgentsThatDoNotLearn) {
  const TemporaryFolder folder;
  run::ExperimentConfig config = tiny_experiment();
  run::FitData data = run::choose_fit_data(log_episodes(folder, 3), 0.0, 1, 6);
  config.agent = agent::RandomConfig{};
  EXPECT_THAT([&] { fit(config, data); }, ThrowsMessage<ConfigError>(HasSubstr("agent.kind is random")));
  config.agent = agent::PlanetConfig{};
  data.layout.sensors[0].shape = {3};
  EXPECT_THAT([&] { fit(config, data); }, ThrowsMessage<DataError>(HasSubstr("array 'state' is <f4 [21, 2]")));
}

TEST(OfflineTrainer, ARollbackNamesTheUpdatesDone) {
  const TemporaryFolder folder;
  const run::ExperimentConfig config = tiny_experiment();
  const run::FitData data = run::choose_fit_data(log_episodes(folder, 3), 0.0, 1, 6);
  const run::RunDirectory directory = run::RunDirectory::create(folder / "run", config, "test");
  MemorySink sink;
  OfflineTrainer(config, directory, data, {&sink}).run();
  const run::Checkpoint checkpoint(directory.newest_checkpoint());
  OfflineTrainer again(config, directory, data, {&sink});
  again.resume(checkpoint);
  again.set_rollbacks(1);
  EXPECT_TRUE(sink.lines.back().starts_with("rollback 12 3 ")) << sink.lines.back();
}

}  // namespace
}  // namespace vrkn::training::offline_trainer_test
