#pragma once

#include <string>
#include <vector>

#include "vrkn/run/trained_run.h"

namespace vrkn::run {

/// A run under the name that pictures and tables give it.
struct LabelledRun {
  std::string path;
  std::string label;  ///< the folder's name, with a number behind it where another run has the same
  TrainedRun run;
};

/// Loads runs whose models show the same sensors, with their last weights, so that they can be compared on one episode.
/// `device`: "cpu" or "cuda"; empty: each run's own.
/// Throws as load_run, and ConfigError naming the run that has no model, shows no sensors, or has other sensors or
/// actions than the first.
std::vector<LabelledRun> load_comparable_runs(const std::vector<std::string>& paths, const std::string& device = {});

}  // namespace vrkn::run
