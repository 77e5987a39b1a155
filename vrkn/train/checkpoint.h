#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "vrkn/agent/agent.h"
#include "vrkn/train/experiment_config.h"

namespace vrkn {

/// Where a run stands. Together with the seed these counters are all random streams too (core/random.h).
struct TrainingProgress {
  int64_t iteration = 0;             ///< iterations finished
  int64_t updates = 0;               ///< of the whole run
  int64_t updates_in_iteration = 0;  ///< of the iteration under way
  int64_t episodes = 0;              ///< collected
  int64_t env_steps = 0;             ///< simulator control steps collected, action repeats counted
  int64_t evaluated_iteration = -1;  ///< the last iteration that has its evaluation
  double last_return = 0.0;          ///< mean of the last evaluation
  double best_score = 0.0;           ///< of the best evaluation: mean return, or bound on held-out episodes
  int64_t best_updates = -1;         ///< done at the best evaluation, the later of two equal ones; -1: there is none
  std::vector<std::string> metric_names;  ///< of the updates of the iteration under way
  std::vector<double> metric_sums;
  std::vector<int64_t> sink_positions;  ///< MetricSink::position of every sink
};

/// Writes weights, optimiser state, configuration and progress; the file appears whole or not at all. Format:
/// docs/run-directory.md.
void write_checkpoint(const std::filesystem::path& path, const Agent& agent, const ExperimentConfig& config,
                      const TrainingProgress& progress);

/// The progress that a checkpoint holds, without its weights. Throws DataError naming the file when it is missing,
/// damaged (length or hash do not fit) or of another version.
TrainingProgress read_progress(const std::filesystem::path& path);

/// Loads weights and optimiser state into `agent` and returns the progress. Throws as read_progress, and when the
/// weights do not fit the agent.
TrainingProgress read_checkpoint(const std::filesystem::path& path, Agent& agent);

/// As read_progress, for a run that goes on with `config`. Throws also ConfigError when check_resumable (resumable.h)
/// refuses that for a run that was begun with the checkpoint's configuration.
TrainingProgress read_progress_to_resume(const std::filesystem::path& path, const ExperimentConfig& config);

/// As read_checkpoint, for a run that goes on with `config`. Throws also as read_progress_to_resume.
TrainingProgress resume_checkpoint(const std::filesystem::path& path, const ExperimentConfig& config, Agent& agent);

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
