#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/on_device.h"
#include "vrkn/agent/make_agent.h"
#include "vrkn/math/recorded_draws.h"

namespace vrkn::agent::device_test {
namespace {

using at::Tensor;

const env::EnvironmentSpec kEnvironment{
    .name = "test",
    .sensors = {{"image", env::SensorKind::kImage, {3, 16, 16}}, {"state", env::SensorKind::kVector, {3}}},
    .action_size = 2,
    .step_limit = 10};
const AgentConfig kAgents[] = {
    PlanetConfig{.horizon = 3, .iterations = 2, .population_size = 20, .num_elites = 5},
    DreamerConfig{.horizon = 4, .actor_hidden = 16, .actor_layers = 1, .value_hidden = 16, .value_layers = 1},
    PlanetConfig{.horizon = 3,
                 .iterations = 2,
                 .population_size = 20,
                 .num_elites = 5,
                 .disagreement = 1.0,
                 .ensemble = {.members = 3, .hidden = 16, .layers = 1}},
    DreamerConfig{.horizon = 4,
                  .actor_hidden = 16,
                  .actor_layers = 1,
                  .value_hidden = 16,
                  .value_layers = 1,
                  .disagreement = 1.0,
                  .ensemble = {.members = 3, .hidden = 16, .layers = 1}}};

data::Batch random_batch(uint64_t seed) {
  math::TensorGenerator rng(seed);
  return {.observations = {{(rng.uniform({2, 4, 3, 16, 16}) * 255).to(at::kByte), at::ones({2, 4}, at::kBool)},
                           {rng.normal({2, 4, 3}), at::ones({2, 4}, at::kBool)}},
          .actions = rng.normal({2, 4, 2}),
          .rewards = rng.uniform({2, 4, 1})};
}

class AgentOnDevice : public OnDevice {
 protected:
  static std::unique_ptr<Agent> made(const AgentConfig& config, c10::Device device) {
    const model::WorldModelConfig world_model{
        .model = model::VrknConfig{.latent_dim = 8, .hidden_dim = 16},
        .networks = {
            .image_depth = 2, .vector_hidden = 16, .vector_layers = 1, .reward_hidden = 16, .reward_layers = 1}};
    return make_agent(config, world_model, kEnvironment, /*seed=*/1, device);
  }
};

TEST_P(AgentOnDevice, LearnsAsOnTheCpu) {
  for (const AgentConfig& config : kAgents) {
    const auto on_host = made(config, c10::kCPU), on_device = made(config, device());
    for (uint64_t i = 0; i < 3; ++i) {
      math::RecordedDraws draws;
      math::TensorGenerator rng(i);
      rng.record(draws);
      const UpdateReport expected = on_host->update(random_batch(i), rng);
      const math::RecordedDraws moved = draws.to(device());
      math::TensorGenerator same(moved, device());
      const UpdateReport found = on_device->update(random_batch(i), same);
      EXPECT_EQ(found.names, expected.names);
      EXPECT_EQ(found.values.device().type(), device().type());
      for (size_t k = 0; k < found.names.size(); ++k) {
        const auto at = static_cast<int64_t>(k);
        EXPECT_LT(relative_error(found.values[at], expected.values[at]), 1e-2) << found.names[k] << ", update " << i;
      }
    }
  }
}

TEST_P(AgentOnDevice, ActsOnTheHostAsAFunctionOfTheSeed) {
  for (const AgentConfig& config : kAgents) {
    const auto agent = made(config, device());
    const auto act = [&](uint64_t seed) {
      math::TensorGenerator rng(seed, device());
      const ActOptions options{.rng = rng, .dropout = true, .exploration_noise = 0.3, .sample_policy = true};
      data::Observations observations;
      for (const data::Readings& readings : random_batch(1).observations) {
        observations.push_back(data::map([](const Tensor& tensor) { return tensor.select(1, 0); }, readings));
      }
      model::Belief memory = agent->begin(2, options);
      agent->act(memory, observations, options);
      return agent->act(memory, observations, options);
    };
    const Tensor action = act(1);
    EXPECT_TRUE(action.is_cpu());
    EXPECT_EQ(action.sizes(), (at::IntArrayRef{2, 2}));
    EXPECT_LE(action.abs().max().item<float>(), 1.0f);
    EXPECT_LT(relative_error(act(1), action), 1e-3);
    EXPECT_GT(relative_error(act(2), action), 1e-2);
  }
}

INSTANTIATE_TEST_SUITE_P(Every, AgentOnDevice, devices(), device_name);

}  // namespace
}  // namespace vrkn::agent::device_test
