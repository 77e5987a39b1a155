#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vrkn/sweep/run_progress.h"
#include "vrkn/sweep/sweep_folder.h"

namespace vrkn::sweep {

/// Where a run stands.
enum class RunState {
  kNotBegun,
  kNoCheckpoint,  ///< begun, but it would begin again
  kUnfinished,    ///< would go on from its newest checkpoint
  kRunning,
  kFinished,
  kFailed,  ///< ended with an error twice, and nobody has tried it again
};

/// In words, such as "not begun".
std::string_view to_text(RunState state);

struct RunStatus {
  std::string name;
  RunState state = RunState::kNotBegun;
  int64_t iterations = 0;  ///< of the whole run
  RunProgress progress;
  std::optional<double> left_s{};  ///< seconds to its end at the present pace
  std::string note = {};           ///< why it failed
};

/// What the folder of a run says of it. A run is finished when its newest checkpoint is the last one.
RunStatus status_of(const SweepFolder& folder, const SweepRun& run);

/// The states of all runs.
std::vector<RunStatus> inspect(const SweepFolder& folder, const Sweep& sweep);

}  // namespace vrkn::sweep
