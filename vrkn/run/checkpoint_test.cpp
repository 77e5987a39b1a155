#include "vrkn/run/checkpoint.h"

#include <algorithm>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "vrkn/agent/make_agent.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"

namespace vrkn::run::checkpoint_test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

std::unique_ptr<agent::Agent> small_agent(uint64_t seed, int64_t latent_dim = 4) {
  const env::EnvironmentSpec spec{
      .name = "test", .sensors = {{"state", env::SensorKind::kVector, {3}}}, .action_size = 1};
  const model::WorldModelConfig model{
      .model = model::VrknConfig{.latent_dim = latent_dim, .hidden_dim = 4},
      .networks = {.vector_hidden = 4, .vector_layers = 1, .reward_hidden = 4, .reward_layers = 1}};
  return agent::make_agent(agent::PlanetConfig{}, model, spec, seed, c10::kCPU);
}

void expect_equal(agent::Agent& left, agent::Agent& right) {
  const auto a = left.world_model()->parameters(), b = right.world_model()->parameters();
  for (size_t i = 0; i < a.size(); ++i) EXPECT_TRUE(at::equal(a[i], b[i])) << i;
}

TrainingProgress some_progress() {
  return {.iteration = 3,
          .updates = 350,
          .updates_in_iteration = 50,
          .episodes = 8,
          .env_steps = 8000,
          .evaluated_iteration = 2,
          .last_return = 0.1 + 0.2,
          .best_score = 0.7,
          .best_updates = 250,
          .metric_names = {"loss/total"},
          .metric_sums = {1.0 / 3.0},
          .sink_positions = {12, 34}};
}

TEST(Checkpoint, RoundTrip) {
  const TemporaryFolder folder;
  const auto agent = small_agent(1), other = small_agent(2);
  write_checkpoint(folder / "a.ckpt", *agent, {}, some_progress());
  const Checkpoint checkpoint(folder / "a.ckpt");
  checkpoint.load_to_learn(*other);
  const TrainingProgress& progress = checkpoint.progress();
  EXPECT_EQ(progress.updates_in_iteration, 50);
  EXPECT_EQ(progress.last_return, some_progress().last_return);
  EXPECT_EQ(progress.best_score, some_progress().best_score);
  EXPECT_EQ(progress.best_updates, 250);
  EXPECT_EQ(progress.metric_sums, some_progress().metric_sums);
  EXPECT_EQ(progress.sink_positions, some_progress().sink_positions);
  expect_equal(*agent, *other);
}

TEST(Checkpoint, ASnapshotComesBackBesideTheAgent) {
  const TemporaryFolder folder;
  const auto agent = small_agent(1), snapshot = small_agent(2), other = small_agent(3);
  write_checkpoint(folder / "both.ckpt", *agent, {}, some_progress(), snapshot.get());
  const Checkpoint both(folder / "both.ckpt");
  both.load_to_learn(*other);
  expect_equal(*agent, *other);
  both.load_snapshot(*other);
  expect_equal(*snapshot, *other);

  write_checkpoint(folder / "alone.ckpt", *agent, {}, some_progress());
  EXPECT_THAT([&] { Checkpoint(folder / "alone.ckpt").load_snapshot(*other); },
              ThrowsMessage<DataError>(HasSubstr("alone.ckpt holds no snapshot")));
}

TEST(Checkpoint, ACopiedAgentLearnsAsTheOtherWould) {
  const auto agent = small_agent(1), copy = small_agent(2);
  math::TensorGenerator inputs(5);
  const data::Batch batch{.observations = {{inputs.normal({2, 5, 3}), at::ones({2, 5}, at::kBool), {}}},
                          .actions = inputs.normal({2, 5, 1}),
                          .rewards = inputs.normal({2, 5, 1})};
  const auto update = [&](agent::Agent& learner) {
    math::TensorGenerator rng(6);
    learner.update(batch, rng);
  };
  update(*agent);  // now the optimiser has something to remember
  copy_agent(*agent, *copy);
  expect_equal(*agent, *copy);
  update(*agent);
  update(*copy);
  expect_equal(*agent, *copy);
}

TEST(Checkpoint, EveryTruncationAndBitFlipIsRefusedByName) {
  const TemporaryFolder folder;
  const auto path = folder / "b.ckpt";
  write_checkpoint(path, *small_agent(1), {}, some_progress());
  const std::string whole = read_file(path);
  for (size_t size = 0; size < whole.size(); size += 97) {
    write_file_atomically(path, whole.substr(0, size));
    EXPECT_THAT([&] { read_progress(path); }, ThrowsMessage<DataError>(HasSubstr("b.ckpt")));
  }
  for (size_t at = 0; at < whole.size(); at += 101) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ 4);
    write_file_atomically(path, flipped);
    EXPECT_THAT([&] { read_progress(path); }, ThrowsMessage<DataError>(HasSubstr("b.ckpt"))) << at;
  }
}

TEST(Checkpoint, SaysInWhatWayItIsDamaged) {
  const TemporaryFolder folder;
  const auto path = folder / "d.ckpt";
  write_checkpoint(path, *small_agent(1), {}, some_progress());
  const std::string whole = read_file(path);
  const auto expect = [&](const std::string& content, const std::string& words) {
    write_file_atomically(path, content);
    EXPECT_THAT([&] { read_progress(path); },
                ThrowsMessage<DataError>(testing::AllOf(HasSubstr("d.ckpt"), HasSubstr(words))));
  };
  const size_t head = whole.find('\n', 18) + 1;
  const std::string length = std::to_string(whole.size() - head);
  expect(whole.substr(0, whole.size() - 7),
         "promises " + length + " bytes, but it holds " + std::to_string(whole.size() - head - 7));
  std::string flipped = whole;
  flipped.back() ^= 1;
  expect(flipped, "the hash of its " + length + " bytes");
  expect("vrkn checkpoint 12\n" + whole.substr(18), "version '12'; this program reads version 1");
  expect("PK" + whole, "no checkpoint");
  expect("vrkn check", "ends within its first lines");
}

TEST(Checkpoint, HoldsAllThatARunNeeds) {
  const TemporaryFolder folder;
  const auto agent = small_agent(1);
  ExperimentConfig config;
  config.seed = 5;
  write_checkpoint(folder / "e.ckpt", *agent, config, some_progress());
  const Checkpoint checkpoint(folder / "e.ckpt");
  EXPECT_EQ(checkpoint.progress().updates, 350);
  ASSERT_TRUE(checkpoint.config().has_value());
  EXPECT_EQ(checkpoint.config()->seed, 5);
  ASSERT_TRUE(checkpoint.layout().has_value());
  EXPECT_EQ(checkpoint.layout()->sensors, agent->world_model()->sensors());
  EXPECT_EQ(checkpoint.layout()->action_size, 1);
  const std::vector<SavedTensor> tensors = checkpoint.tensors();
  // Every parameter and buffer of the world model, and of the optimiser two moments and the number of its steps.
  const model::WorldModel& model = *agent->world_model();
  EXPECT_EQ(tensors.size(), model.parameters().size() + model.buffers().size() + 3);
  for (const auto& item : model.named_parameters()) {
    std::string name = "world_model/" + item.key();
    std::ranges::replace(name, '.', '/');
    const auto saved = std::ranges::find(tensors, name, &SavedTensor::name);
    ASSERT_NE(saved, tensors.end()) << name;
    EXPECT_TRUE(at::equal(saved->tensor, item.value())) << name;
  }
}

TEST(Checkpoint, ARunGoesOnWithItsOwnConfigurationOnly) {
  const TemporaryFolder folder;
  const auto agent = small_agent(1);
  ExperimentConfig config;
  write_checkpoint(folder / "f.ckpt", *agent, config, some_progress());
  config.threads = 3;
  const Checkpoint checkpoint(folder / "f.ckpt");
  EXPECT_NO_THROW(checkpoint.check_resumable(config));
  config.seed = 2;
  EXPECT_THAT([&] { checkpoint.check_resumable(config); }, ThrowsMessage<ConfigError>(HasSubstr("'seed' is 2 now")));
}

TEST(Checkpoint, WeightsOfAnotherModelAreRefusedAndNothingIsChanged) {
  const TemporaryFolder folder;
  write_checkpoint(folder / "c.ckpt", *small_agent(1), {}, some_progress());
  const auto other = small_agent(2, 5);
  const at::Tensor before = other->world_model()->parameters()[0].clone();
  EXPECT_THAT([&] { Checkpoint(folder / "c.ckpt").load_to_act(*other); },
              ThrowsMessage<DataError>(HasSubstr("c.ckpt")));
  EXPECT_TRUE(at::equal(before, other->world_model()->parameters()[0]));
}

}  // namespace
}  // namespace vrkn::run::checkpoint_test
