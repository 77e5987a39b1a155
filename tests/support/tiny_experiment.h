// The smallest experiment that has all phases of a run: a planner learns from a picture and a vector.
#pragma once

#include "vrkn/run/experiment_config.h"

namespace vrkn {

inline run::ExperimentConfig tiny_experiment() {
  run::ExperimentConfig config;
  config.environment = {
      .task = "double_integrator", .sensors = {"image", "state"}, .image_size = 16, .action_repeat = 5};
  config.model = model::VrknConfig{.latent_dim = 4, .hidden_dim = 8};
  config.networks = {.image_depth = 2, .vector_hidden = 8, .vector_layers = 1, .reward_hidden = 8, .reward_layers = 1};
  config.agent = agent::PlanetConfig{.horizon = 3, .iterations = 2, .population_size = 10, .num_elites = 3};
  config.training = {.prefill_episodes = 2,
                     .iterations = 3,
                     .updates = 4,
                     .batch_size = 2,
                     .sequence_length = 6,
                     .checkpoint_every = 2};
  config.evaluation = {.every = 2, .episodes = 2};
  return config;
}

}  // namespace vrkn
