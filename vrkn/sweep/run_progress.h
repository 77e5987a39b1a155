#pragma once

#include <cstdint>
#include <optional>

#include "vrkn/analysis/metrics_file.h"

namespace vrkn::sweep {

/// How far a run has come, as its metrics.jsonl says.
struct RunProgress {
  int64_t iteration = 0;                ///< iterations finished
  int64_t env_step = 0;                 ///< simulator control steps
  int64_t evaluations = 0;              ///< records "evaluate", or of fits "held_out"
  std::optional<double> last_return{};  ///< mean of the last evaluation; empty where it was not finite
};

/// Reads what is new in `metrics`. Of a file that is damaged nothing is known: whoever goes on with the run says what
/// is wrong with it.
RunProgress follow(analysis::MetricsFile& metrics);

}  // namespace vrkn::sweep
