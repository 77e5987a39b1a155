#include "vrkn/agent/agent_size.h"

#include <gtest/gtest.h>

#include "tests/support/small_models.h"
#include "vrkn/agent/dreamer/actor.h"
#include "vrkn/agent/make_agent.h"
#include "vrkn/nn/mlp_ensemble.h"

namespace vrkn::agent::agent_size_test {
namespace {

const std::vector<env::SensorSpec> kSensors = {{"state", env::SensorKind::kVector, {3}}};

model::WorldModelConfig small(const model::ModelConfig& model) {
  return {.model = model, .networks = {.vector_hidden = 6, .vector_layers = 2}, .objective = {}};
}

TEST(AgentSize, CountsTheParametersOfEveryAgentAndModel) {
  const env::EnvironmentSpec world{.name = "world", .sensors = kSensors, .action_size = 2};
  for (const model::ModelConfig& model : small_models()) {
    const auto planet = make_agent(PlanetConfig{}, small(model), world, 1, c10::kCPU);
    EXPECT_EQ(agent_size(PlanetConfig{}, small(model), kSensors, 2).parameters, parameters_of(*planet->world_model()));

    const DreamerConfig config{.actor_hidden = 9, .actor_layers = 2, .value_hidden = 8, .value_layers = 3};
    const auto dreamer = make_agent(config, small(model), world, 1, c10::kCPU);
    const Actor actor(model::feature_size(model), 2, 9, 2);
    const nn::Mlp value(nn::MlpOptions{.input = model::feature_size(model), .hidden = 8, .layers = 3, .output = 1});
    EXPECT_EQ(agent_size(config, small(model), kSensors, 2).parameters,
              parameters_of(*dreamer->world_model()) + parameters_of(*actor) + parameters_of(*value));
  }
  EXPECT_EQ(agent_size(RandomConfig{}, {}, kSensors, 2).parameters, 0.0);
}

TEST(AgentSize, CountsAnEnsemble) {
  const model::WorldModelConfig model = small(small_models().front());
  const EnsembleConfig ensemble{.members = 4, .hidden = 6, .layers = 2};
  const int64_t F = model::feature_size(model.model);
  const nn::MlpEnsemble members(4, nn::MlpOptions{.input = F + 2, .hidden = 6, .layers = 2, .output = F});
  const auto planet = [&](PlanetConfig config) { return agent_size(config, model, kSensors, 2); };
  const AgentSize none = planet({}), idle = planet({.ensemble = ensemble}),
                  used = planet({.disagreement = 1.0, .ensemble = ensemble});
  EXPECT_EQ(idle.parameters - none.parameters, parameters_of(*members));
  EXPECT_GT(idle.per_step, none.per_step);
  EXPECT_EQ(idle.per_decision, none.per_decision);
  EXPECT_GT(used.per_decision, idle.per_decision);
  const auto dreamer = [&](DreamerConfig config) { return agent_size(config, model, kSensors, 2); };
  EXPECT_EQ(dreamer({.ensemble = ensemble}).parameters - dreamer({}).parameters, parameters_of(*members));
  EXPECT_GT(dreamer({.disagreement = 1.0, .ensemble = ensemble}).per_step, dreamer({.ensemble = ensemble}).per_step);
}

TEST(AgentSize, GrowsWithWhatIsPlannedAndImagined) {
  const model::WorldModelConfig model = small(small_models().front());
  const auto decision = [&](PlanetConfig config) { return agent_size(config, model, kSensors, 2).per_decision; };
  EXPECT_NEAR(decision({.population_size = 2000}) / decision({.population_size = 1000}), 2.0, 1e-9);
  EXPECT_GT(decision({.horizon = 24}), 1.5 * decision({.horizon = 12}));
  const auto step = [&](DreamerConfig config) { return agent_size(config, model, kSensors, 2).per_step; };
  EXPECT_GT(step({.horizon = 30}), 1.9 * step({.horizon = 15}));
  EXPECT_EQ(agent_size(PlanetConfig{}, model, kSensors, 2).averages, 0.0);
  EXPECT_GT(agent_size(PlanetConfig{.weight_average = 0.9}, model, kSensors, 2).averages, 0.0);
}

}  // namespace
}  // namespace vrkn::agent::agent_size_test
