#pragma once

#include "tests/support/small_world_model.h"
#include "vrkn/agent/make_agent.h"

namespace vrkn {

inline const agent::PlanetConfig kSmallPlanet{.horizon = 3, .iterations = 2, .population_size = 20, .num_elites = 5};
inline const agent::DreamerConfig kSmallDreamer{
    .horizon = 4, .actor_hidden = 16, .actor_layers = 1, .value_hidden = 16, .value_layers = 1};

/// The same agent with an ensemble.
auto with_ensemble(auto config, double disagreement) {
  config.disagreement = disagreement;
  config.ensemble = {.members = 3, .hidden = 16, .layers = 1};
  return config;
}

/// An agent for small_sensors().
inline std::unique_ptr<agent::Agent> small_agent(const agent::AgentConfig& config, uint64_t seed = 1,
                                                 const model::WorldModelConfig& world_model = small_world_model(),
                                                 c10::Device device = c10::kCPU, bool masked = false) {
  const env::EnvironmentSpec environment{
      .name = "test", .sensors = small_sensors(masked), .action_size = 2, .step_limit = 10};
  return make_agent(config, world_model, environment, seed, device);
}

}  // namespace vrkn
