#include "vrkn/run/trained_run.h"

#include <thread>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "vrkn/agent/make_agent.h"
#include "vrkn/core/error.h"
#include "vrkn/run/checkpoint.h"

namespace vrkn::run::trained_run_test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

/// Of a world that is none of the library's.
const env::EnvironmentSpec kSpec{.name = "own",
                                 .sensors = {{"sonar", env::SensorKind::kVector, {3}},
                                             {"camera", env::SensorKind::kImage, {3, 16, 16}, /*masked=*/true}},
                                 .action_size = 2};

class TrainedRunTest : public testing::Test {
 protected:
  TrainedRunTest() {
    config_.model = model::VrknConfig{.latent_dim = 4, .hidden_dim = 4};
    config_.networks = {
        .image_depth = 2, .vector_hidden = 4, .vector_layers = 1, .reward_hidden = 4, .reward_layers = 1};
    const RunDirectory run = RunDirectory::create(folder_ / "run", config_, "");
    for (const int64_t updates : {10, 20}) {
      agents_.push_back(agent::make_agent(config_.agent, config_.world_model(), kSpec,
                                          /*seed=*/static_cast<uint64_t>(updates), c10::kCPU));
      TrainingProgress progress;
      progress.updates = updates;
      progress.best_updates = 10;
      write_checkpoint(run.checkpoint(updates), *agents_.back(), config_, progress);
    }
  }

  const TemporaryFolder folder_;
  ExperimentConfig config_;
  std::vector<std::unique_ptr<agent::Agent>> agents_;  // after 10 and 20 updates
};

bool same_weights(const agent::Agent& left, const agent::Agent& right) {
  const auto a = left.world_model()->parameters(), b = right.world_model()->parameters();
  return std::ranges::equal(a, b, [](const at::Tensor& x, const at::Tensor& y) { return at::equal(x, y); });
}

TEST_F(TrainedRunTest, KnowsItsSensorsWithoutAWorld) {
  const TrainedRun run = load_run(folder_ / "run");
  EXPECT_EQ(run.spec.sensors, kSpec.sensors);
  EXPECT_EQ(run.spec.action_size, 2);
  EXPECT_EQ(run.progress.updates, 20);
  EXPECT_TRUE(same_weights(*run.agent, *agents_[1]));
}

TEST_F(TrainedRunTest, TakesTheCheckpointThatIsNamed) {
  const TrainedRun run = load_run(folder_ / "run", "best");
  EXPECT_EQ(run.progress.updates, 10);
  EXPECT_TRUE(same_weights(*run.agent, *agents_[0]));
}

TEST_F(TrainedRunTest, AWorldWithOtherSensorsIsRefusedByName) {
  const TrainedRun run = load_run(folder_ / "run");
  EXPECT_NO_THROW(check_offers(kSpec, run));
  env::EnvironmentSpec other = kSpec;
  other.sensors.pop_back();
  EXPECT_THAT([&] { check_offers(other, run); },
              ThrowsMessage<ConfigError>(HasSubstr("sonar [3], camera [3, 16, 16] masked, 2 actions, but the world own "
                                                   "offers sonar [3], 2 actions")));
}

TEST_F(TrainedRunTest, ManyThreadsMayActWithOneAgent) {
  const TrainedRun run = load_run(folder_ / "run");
  const auto act = [&run](uint64_t seed) {
    const c10::InferenceMode no_gradients;
    math::TensorGenerator rng(seed);
    model::Belief belief = run.agent->begin(/*batch=*/1, {.rng = rng});
    std::vector<at::Tensor> actions;
    for (int64_t step = 0; step < 10; ++step) {
      const data::Observations now = {
          {rng.normal({1, 3}), at::ones({1}, at::kBool), {}},
          {at::full({1, 3, 16, 16}, 20 * step, at::kByte), at::ones({1}, at::kBool), at::ones({1, 16, 16}, at::kBool)}};
      actions.push_back(run.agent->act(belief, now, {.rng = rng}));
      actions.push_back(run.model().reconstruct(0, run.model().dynamics().features(belief)).narrow(1, 0, 2));
    }
    return at::stack(actions);
  };
  std::vector<at::Tensor> together(4);
  {
    std::vector<std::jthread> threads;
    for (uint64_t i = 0; i < together.size(); ++i) threads.emplace_back([&, i] { together[i] = act(i); });
  }
  for (uint64_t i = 0; i < together.size(); ++i) EXPECT_TRUE(at::equal(together[i], act(i))) << i;
}

TEST_F(TrainedRunTest, NoRunIsRefused) {
  EXPECT_THROW(load_run(folder_ / "nowhere"), DataError);
}

}  // namespace
}  // namespace vrkn::run::trained_run_test
