#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <torch/serialize/archive.h>

#include "vrkn/agent/agent.h"
#include "vrkn/data/episode_log.h"
#include "vrkn/run/experiment_config.h"
#include "vrkn/run/training_progress.h"

namespace vrkn::run {

/// Writes weights, optimiser state, configuration and progress, and, if one is given, a snapshot: the agent as it was
/// when the iteration under way began. The file appears whole or not at all. Format: docs/run-directory.md. Throws
/// DataError when the disk refuses.
void write_checkpoint(const std::filesystem::path& path, const agent::Agent& agent, const ExperimentConfig& config,
                      const TrainingProgress& progress, const agent::Agent* snapshot = nullptr);

/// What write_checkpoint writes, for another process.
std::string checkpoint_content(const agent::Agent& agent, const ExperimentConfig& config,
                               const TrainingProgress& progress, const agent::Agent* snapshot = nullptr);

/// The hash that a checkpoint's head names, 16 hexadecimal digits; it is not compared with the rest. Throws DataError
/// naming the file when it has no such head.
std::string checkpoint_hash(const std::filesystem::path& path);

/// Gives `to`, an agent of the same configuration, the weights and the optimiser state that `from` has now. Throws
/// DataError when they do not fit.
void copy_agent(const agent::Agent& from, agent::Agent& to);

/// A tensor of a checkpoint under its name, such as "world_model/reward/0/weight".
struct SavedTensor {
  std::string name;
  at::Tensor tensor;
};

/// A checkpoint, read and checked once.
class Checkpoint {
 public:
  /// Throws DataError naming the file when it is missing, damaged (length or hash do not fit) or of another version.
  explicit Checkpoint(const std::filesystem::path& path);
  /// What checkpoint_content gave in another process; throws the same, with `sender` in place of the file.
  Checkpoint(std::string_view content, std::string sender);

  /// Where the run stood.
  const TrainingProgress& progress() const { return progress_; }
  /// What the agent was made with; nothing in files of builds that did not record it. Throws ConfigError for
  /// keys and values that this build does not know.
  std::optional<ExperimentConfig> config() const;
  /// Which sensors the agent's model takes in, and its number of actions; nothing where there is no model, and in files
  /// of builds that did not record it. Throws DataError when it cannot be read.
  std::optional<data::EpisodeLayout> layout() const;

  /// Throws ConfigError when check_resumable (resumable.h) refuses that a run which was begun with this checkpoint's
  /// configuration goes on with `config`.
  void check_resumable(const ExperimentConfig& config) const;

  /// Loads weights and optimiser state, for learning: the newest weights. Throws DataError when they do not fit.
  void load_to_learn(agent::Agent& agent) const;
  /// The same for acting: with averages of the weights in their place, where the agent keeps some.
  void load_to_act(agent::Agent& agent) const;
  /// Loads the agent as it was when the iteration under way began. Throws DataError also when there is no snapshot.
  void load_snapshot(agent::Agent& agent) const;

  /// All tensors of the agent: weights, buffers, optimiser state; by name. Throws DataError when the file holds no
  /// agent.
  std::vector<SavedTensor> tensors() const;

 private:
  std::string source_;
  mutable torch::serialize::InputArchive archive_;  // reading it changes nothing
  TrainingProgress progress_;
};

}  // namespace vrkn::run
