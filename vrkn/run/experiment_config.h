#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "vrkn/agent/agent_config.h"
#include "vrkn/core/field.h"
#include "vrkn/env/environment_config.h"
#include "vrkn/model/model_config.h"

namespace vrkn::run {

/// The loop: collect, learn, checkpoint. Defaults: the paper's, for a million simulator steps.
struct TrainingConfig {
  static constexpr std::array kFormerNames = {FormerName{"initial_episodes", "prefill_episodes"},
                                              FormerName{"overlap", "async_collection"}};

  int64_t prefill_episodes = 5;
  int64_t iterations = 1000;
  int64_t updates = 100;
  int64_t batch_size = 50;
  int64_t sequence_length = 50;
  double exploration_noise = 0.3;
  bool async_collection = false;
  int64_t checkpoint_every = 10;
  int64_t keep_checkpoints = 3;
  int64_t rollbacks = 3;

  static constexpr void fields(auto& self, auto&& field) {
    field("prefill_episodes", self.prefill_episodes, "episodes of random actions before learning begins", at_least(1));
    field("iterations", self.iterations, "iterations: so many updates, then one episode", at_least(0));
    field("updates", self.updates, "updates of the weights per iteration", at_least(1));
    field("batch_size", self.batch_size, "sequences per update, B", at_least(1));
    field("sequence_length", self.sequence_length, "agent steps per sequence, T", at_least(2));
    field("exploration_noise", self.exploration_noise, "standard deviation of the noise on actions while collecting",
          at_least(0));
    field("async_collection", self.async_collection,
          "collect each episode beside the updates of its iteration, with the weights from before them, by one of the "
          "threads");
    field("checkpoint_every", self.checkpoint_every, "iterations from one checkpoint to the next", at_least(1));
    field("keep_checkpoints", self.keep_checkpoints,
          "checkpoints kept, the newest; the best evaluated one is kept as well", at_least(2));
    field("rollbacks", self.rollbacks,
          "how often a run whose losses became NaN or infinite goes back to its last checkpoint, each time with half "
          "the learning rates; 0: it stops",
          at_least(0));
  }
};

/// Evaluation: no exploration noise, dropout off.
struct EvaluationConfig {
  int64_t every = 20;
  int64_t episodes = 10;
  bool film = true;

  static constexpr void fields(auto& self, auto&& field) {
    field("every", self.every, "iterations from one evaluation to the next; the last iteration is always evaluated",
          at_least(1));
    field("episodes", self.episodes, "episodes per evaluation, run side by side", at_least(1));
    field("film", self.film, "film the first episode of each; false where nothing can be drawn");
  }
};

/// What only CUDA devices have.
struct CudaConfig {
  bool tf32 = false;
  bool graph = false;

  static constexpr void fields(auto& self, auto&& field) {
    field("tf32", self.tf32, "products and convolutions of float32 numbers read them with 11 significant bits");
    field("graph", self.graph, "updates of the weights as one recorded graph, started by one call");
  }
};

/// Everything a run is made of.
struct ExperimentConfig {
  int64_t seed = 1;
  std::string device = "cpu";
  int64_t threads = 0;
  bool onednn = true;
  CudaConfig cuda = {};
  env::EnvironmentConfig environment = {};
  model::ModelConfig model = {};
  model::NetworksConfig networks = {};
  model::ObjectiveConfig objective = {};
  agent::AgentConfig agent = {};
  TrainingConfig training = {};
  EvaluationConfig evaluation = {};

  static constexpr void fields(auto& self, auto&& field) {
    field("seed", self.seed, "every random number of the run follows from it", at_least(0));
    field("device", self.device, "where tensors live", one_of("cpu", "cuda"));
    field("threads", self.threads, "processors to use; 0: all", between(0, 4096));
    field("onednn", self.onednn,
          "oneDNN multiplies and convolves on the CPU, if LibTorch has it; false: LibTorch's BLAS and its own loops");
    field("cuda", self.cuda, "what only CUDA devices have");
    field("environment", self.environment, "the world, its sensors and its conditions");
    field("model", self.model, "the latent state space model");
    field("networks", self.networks, "encoders, decoders and the reward network");
    field("objective", self.objective, "weights of the evidence lower bound");
    field("agent", self.agent, "who acts");
    field("training", self.training, "the loop: collect, learn, checkpoint");
    field("evaluation", self.evaluation, "how the agent is tested");
  }
  /// Throws ConfigError when training sequences are longer than the task's episodes, the device is not there, or it
  /// cannot do what is asked of it.
  void validate() const;

  /// Simulator control steps of the whole run, the random episodes and action repeats counted, if no episode ends
  /// early.
  int64_t environment_steps() const;
  /// Updates of the whole run.
  int64_t updates() const { return training.iterations * training.updates; }

  model::WorldModelConfig world_model() const { return {model, networks, objective}; }
};

/// The configuration from a file (none if empty), which may build on a preset (vrkn/run/base_chain.h), and
/// `key=value` overrides on top. Throws ConfigError; DataError when the file cannot be read.
ExperimentConfig load_experiment(const std::filesystem::path& file, const std::vector<std::string>& overrides);

}  // namespace vrkn::run
