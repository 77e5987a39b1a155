#pragma once

#include "vrkn/agent/make_agent.h"
#include "vrkn/run/checkpoint.h"
#include "vrkn/run/run_directory.h"

namespace vrkn {

/// An experiment with the smallest networks for vectors.
inline run::ExperimentConfig vector_experiment() {
  run::ExperimentConfig config;
  config.model = model::VrknConfig{.latent_dim = 4, .hidden_dim = 4};
  config.networks = {.vector_hidden = 4, .vector_layers = 1, .reward_hidden = 4, .reward_layers = 1};
  return config;
}

/// Makes a run with checkpoints after 10 and after 20 updates, of different weights.
inline run::RunDirectory make_run_with_two_checkpoints(const std::filesystem::path& path) {
  const run::ExperimentConfig config = vector_experiment();
  const env::EnvironmentSpec spec{
      .name = "own", .sensors = {{"state", env::SensorKind::kVector, {3}}}, .action_size = 2};
  const run::RunDirectory run = run::RunDirectory::create(path, config, "");
  for (const int64_t updates : {10, 20}) {
    const auto agent = make_agent(config.agent, config.world_model(), spec, static_cast<uint64_t>(updates), c10::kCPU);
    run::TrainingProgress progress;
    progress.updates = updates;
    write_checkpoint(run.checkpoint(updates), *agent, config, progress);
  }
  return run;
}

}  // namespace vrkn
