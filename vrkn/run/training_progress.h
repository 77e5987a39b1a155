#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace vrkn::run {

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
  int64_t rollbacks = 0;             ///< times that the run went back because numbers were not finite
  int64_t best_updates = -1;         ///< done at the best evaluation, the later of two equal ones; -1: there is none
  std::vector<std::string> metric_names;  ///< of the updates of the iteration under way
  std::vector<double> metric_sums;        ///< [metric_names.size()], over these updates
  std::vector<int64_t> sink_positions;    ///< MetricSink::position of every sink
};

/// The progress that a checkpoint (vrkn/run/checkpoint.h) holds, without its weights or any tensor. Throws DataError
/// naming the file when it is missing, damaged (length or hash do not fit) or of another version.
TrainingProgress read_progress(const std::filesystem::path& path);

}  // namespace vrkn::run
