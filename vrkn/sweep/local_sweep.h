#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "vrkn/sweep/run_status.h"
#include "vrkn/sweep/sweep_folder.h"

namespace vrkn::sweep {

enum class SweepEvent { kBegun, kEvaluated, kFinished, kCrashed, kFailed };

/// What the surroundings of a sweep may want to know or say. All may be empty.
struct SweepHooks {
  std::function<bool()> stop_requested;
  std::function<void(SweepEvent event, const std::string& sentence)> on_event;
  std::function<void(std::span<const RunStatus> runs)> on_tick;  ///< twenty times a second
};

struct SweepOutcome {
  bool stopped = false;
  std::vector<RunStatus> runs;  ///< where they stand now
};

/// How many runs fit side by side: what the sweep says, or else as many as there are processors for their threads.
int64_t processes_side_by_side(const Sweep& sweep);

/// Runs what is not finished, `processes` runs at a time, each as a child `program train`: a new one with its
/// configuration, another with --resume. What to do with a run is read from its folder when its turn comes.
///
/// A run that ends with an error is taken up once more, then it counts as failed. A run that another process works on
/// is waited for. On a stop the children are asked to save and end. Throws DataError when the folder cannot
/// be written.
SweepOutcome run_locally(const Sweep& sweep, const SweepFolder& folder, const std::filesystem::path& program,
                         int64_t processes, const SweepHooks& hooks);

}  // namespace vrkn::sweep
