#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "vrkn/agent/agent.h"
#include "vrkn/run/experiment_config.h"
#include "vrkn/run/run_directory.h"
#include "vrkn/run/training_progress.h"

namespace vrkn::run {

/// What a run has learned, ready to filter, to imagine and to act.
///
///   const TrainedRun run = load_run("runs/cartpole");
///   const c10::InferenceMode no_gradients;
///   Belief belief = run.agent->begin(/*batch=*/1, {.rng = rng});
///   at::Tensor action = run.agent->act(belief, data::stack({&observation, 1}, run.spec.sensors), {.rng = rng});
///   at::Tensor next = run.model().reconstruct(0, run.model().dynamics().features(belief));  // what it will see
struct TrainedRun {
  RunDirectory directory;
  ExperimentConfig config;
  std::filesystem::path checkpoint;  ///< where the weights are from
  TrainingProgress progress;         ///< how long they have learned
  /// Which sensors the agent takes in, in this order, and its number of actions. Action repeat and step limit are the
  /// world's to say: make_environment(config.environment)->spec().
  env::EnvironmentSpec spec;
  std::unique_ptr<agent::Agent> agent;

  /// The agent's world model. Only where `has_model`.
  model::WorldModel& model() const { return *agent->world_model(); }
  /// False for agents that act at random.
  bool has_model() const { return agent->world_model() != nullptr; }
};

/// Loads what the run in a folder has learned, with the weights of `checkpoint` (RunDirectory::find_checkpoint) and
/// `key=value` overrides of its configuration, such as "device=cuda". No world is made, unless the run is of a build
/// whose checkpoints did not say which sensors there are.
/// Throws DataError when there is no such run or checkpoint, or a file is damaged; ConfigError for a bad override.
TrainedRun load_run(const std::filesystem::path& path, const std::string& checkpoint = "last",
                    const std::vector<std::string>& overrides = {});

/// "image [3, 64, 64] masked, state [5], 1 actions"
std::string describe(const env::EnvironmentSpec& spec);

/// Throws ConfigError naming both when `world` does not offer what the agent of `run` takes in.
void check_offers(const env::EnvironmentSpec& world, const TrainedRun& run);

}  // namespace vrkn::run
