#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "vrkn/run/trained_run.h"

namespace vrkn::run {

/// A run's file monitor.json (docs/run-directory.md): above which mean of its latest prediction errors
/// (evaluation::prediction_errors) the world is taken for another than the one it was fitted in.
struct MonitorFile {
  int64_t updates = 0;             ///< of the weights that it belongs to
  std::string checkpoint;          ///< hash of these weights' file (checkpoint_hash)
  int64_t seed = 0, episodes = 0;  ///< of the evaluation that it was fitted on
  int64_t window = 10;             ///< steps that a mean is over, >= 1
  double false_alarms = 0.05;      ///< share of the steps there that lie above the threshold, within 0 and 1
  double threshold = 0.0;          ///< of the mean, >= 0, finite
};

/// The file appears whole or not at all. Throws DataError when the disk refuses.
void write_monitor(const std::filesystem::path& path, const MonitorFile& file);

/// Throws DataError naming the file when it is missing or does not hold what write_monitor writes.
MonitorFile read_monitor(const std::filesystem::path& path);

/// The monitor of a run that was loaded; nothing where there is none or it belongs to other weights than those that
/// were loaded. Throws DataError when it is damaged.
std::optional<MonitorFile> find_monitor(const TrainedRun& run);

}  // namespace vrkn::run
