#pragma once

#include "exported_run.h"
#include "options.h"

namespace deploy {

/// Plays episodes in the simulated world at the run's own rate, and prints what happens. Throws std::runtime_error for
/// options that do not fit the run.
void run_control_loop(const ExportedRun& run, const Options& options);

}  // namespace deploy
