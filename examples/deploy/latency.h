#pragma once

#include "exported_run.h"
#include "options.h"

namespace deploy {

/// Makes `options.latency_steps` decisions on made-up readings, one of every sensor each, and prints how long they
/// take.
void measure_latency(const ExportedRun& run, const Options& options);

}  // namespace deploy
