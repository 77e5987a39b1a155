#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "vrkn/agent/agent.h"
#include "vrkn/train/experiment_config.h"
#include "vrkn/train/training_progress.h"

namespace vrkn {

/// Writes weights, optimiser state, configuration and progress, and, if one is given, a snapshot: the agent as it was
/// when the iteration under way began. The file appears whole or not at all. Format: docs/run-directory.md.
void write_checkpoint(const std::filesystem::path& path, const Agent& agent, const ExperimentConfig& config,
                      const TrainingProgress& progress, const Agent* snapshot = nullptr);

/// What write_checkpoint writes, for another process.
std::string checkpoint_content(const Agent& agent, const ExperimentConfig& config, const TrainingProgress& progress,
                               const Agent* snapshot = nullptr);

/// Takes up what checkpoint_content gave in another process, for learning: as resume_checkpoint without a look at the
/// configuration, with `sender` in place of a file's name.
TrainingProgress load_state(const std::string& content, const std::string& sender, Agent& agent);

/// Loads weights and optimiser state into `agent`, for acting: with averages of the weights in their place, where the
/// agent keeps some. Returns the progress. Throws as read_progress, and when the weights do not fit the agent.
TrainingProgress read_checkpoint(const std::filesystem::path& path, Agent& agent);

/// As read_progress, for a run that goes on with `config`. Throws also ConfigError when check_resumable (resumable.h)
/// refuses that for a run that was begun with the checkpoint's configuration.
TrainingProgress read_progress_to_resume(const std::filesystem::path& path, const ExperimentConfig& config);

/// As read_checkpoint, for a run that goes on with `config`: with the newest weights. Throws also as
/// read_progress_to_resume.
TrainingProgress resume_checkpoint(const std::filesystem::path& path, const ExperimentConfig& config, Agent& agent);

/// Loads the snapshot that a checkpoint holds into `agent`. Throws as read_checkpoint, and DataError when there is
/// none.
void read_snapshot(const std::filesystem::path& path, Agent& agent);

/// Gives `to`, an agent of the same configuration, the weights and the optimiser state that `from` has now.
void copy_agent(const Agent& from, Agent& to);

/// A tensor of a checkpoint under its name, such as "world_model/reward/0/weight".
struct SavedTensor {
  std::string name;
  at::Tensor tensor;
};

/// All that a checkpoint holds.
struct CheckpointContent {
  TrainingProgress progress;
  std::optional<ExperimentConfig> config;  ///< nothing in files of builds that did not record it
  std::vector<SavedTensor> tensors;        ///< of the agent: weights, buffers, optimiser state; by name
};

/// Throws as read_progress.
CheckpointContent read_content(const std::filesystem::path& path);

}  // namespace vrkn
