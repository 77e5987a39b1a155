// Every model with every agent on every choice of sensors: shapes and ranges, no learning.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/small_models.h"
#include "vrkn/agent/make_agent.h"
#include "vrkn/core/random.h"
#include "vrkn/data/replay.h"
#include "vrkn/env/make_environment.h"
#include "vrkn/evaluation/evaluation.h"

namespace vrkn::training::combinations_test {
namespace {

constexpr int64_t kUpdates = 3, kSteps = 20;

/// A choice of sensors; `missing_images`: only now and then is there a picture.
struct Sensing {
  std::string name;
  std::vector<std::string> sensors;
  bool missing_images = false;
};

std::vector<Sensing> sensings() {
  return {{"image", {"image"}},
          {"vector", {"proprioception"}},
          {"both", {"image", "proprioception"}},
          {"both, missing images", {"image", "proprioception"}, true}};
}

env::EnvironmentConfig world(const Sensing& sensing) {
  env::EnvironmentConfig config{
      .task = "double_integrator", .sensors = sensing.sensors, .image_size = 16, .action_repeat = 5};
  if (sensing.missing_images) config.image = {.interval_min = 4, .interval_max = 8};
  return config;
}

std::vector<agent::AgentConfig> small_agents() {
  static_assert(std::variant_size_v<agent::AgentConfig> == 3, "a new agent belongs into this list");
  return {
      agent::PlanetConfig{.horizon = 3, .iterations = 2, .population_size = 10, .num_elites = 3},
      agent::DreamerConfig{.horizon = 3, .actor_hidden = 8, .actor_layers = 1, .value_hidden = 8, .value_layers = 1},
      agent::PlanetConfig{.horizon = 3,
                          .iterations = 2,
                          .population_size = 10,
                          .num_elites = 3,
                          .disagreement = 1.0,
                          .ensemble = {.members = 2, .hidden = 8, .layers = 1}},
      agent::RandomConfig{}};
}

/// Every kind of model, and one with masks that stay for a sequence.
std::vector<model::ModelConfig> models() {
  std::vector<model::ModelConfig> all = small_models();
  all.push_back(with_sequence_masks(model::VrknConfig{.latent_dim = 4, .hidden_dim = 7, .dropout = 0.4}));
  return all;
}

void expect_actions_in_range(const data::Episode& episode, const std::string& what) {
  EXPECT_EQ(episode.length(), kSteps + 1) << what;
  EXPECT_LE(episode.actions.abs().max().item<float>(), 1.0f) << what;  // false for NaN, too
  EXPECT_GT(episode.actions.abs().max().item<float>(), 0.0f) << what;
}

TEST(Combinations, EveryModelAndAgentTrainsAndActsOnEveryChoiceOfSensors) {
  const model::NetworksConfig networks{
      .image_depth = 2, .vector_hidden = 8, .vector_layers = 1, .reward_hidden = 8, .reward_layers = 1};
  for (const Sensing& sensing : sensings()) {
    env::Environments worlds;
    for (int i = 0; i < 2; ++i) worlds.push_back(env::make_environment(world(sensing)));
    env::EnvironmentPool environments(std::move(worlds));
    const env::EnvironmentSpec& spec = environments.spec();
    const uint64_t seeds[] = {1, 2};
    math::TensorGenerator random(1);
    const auto random_agent = agent::make_agent(agent::RandomConfig{}, {}, spec, 0, c10::kCPU);
    const auto experience = evaluation::run_episodes(*random_agent, environments, seeds, {.rng = random});
    data::Replay replay(spec.sensors, spec.action_size, {});
    for (const data::Episode& episode : *experience) replay.add(episode);

    for (const model::ModelConfig& model : models()) {
      for (const agent::AgentConfig& config : small_agents()) {
        const std::string what = kind_of(model) + ", " + kind_of(config) + ", " + sensing.name;
        const auto agent = agent::make_agent(config, {.model = model, .networks = networks}, spec, 1, c10::kCPU);
        agent->set_statistics(data::sensor_statistics(*experience, spec.sensors));
        for (uint64_t update = 0; agent->learns() && update < kUpdates; ++update) {
          ScalarGenerator sampling(update);
          math::TensorGenerator rng(update);
          const agent::UpdateReport report = agent->update(replay.sample(2, 6, sampling), rng);
          EXPECT_TRUE(report.values.isfinite().all().item<bool>()) << what;
        }
        math::TensorGenerator rng(3);
        const agent::ActOptions collecting{
            .rng = rng, .dropout = true, .exploration_noise = 0.3, .sample_policy = true};
        const auto collected = evaluation::run_episodes(*agent, environments, seeds, collecting);
        for (const data::Episode& episode : *collected) expect_actions_in_range(episode, what);
        const auto once = evaluation::evaluate(*agent, environments, 7),
                   again = evaluation::evaluate(*agent, environments, 7);
        EXPECT_EQ(once->returns, again->returns) << what;
      }
    }
  }
}

}  // namespace
}  // namespace vrkn::training::combinations_test
