#pragma once

#include <string>
#include <vector>

#include "vrkn/config/schema.h"
#include "vrkn/inspect/inspection.h"
#include "vrkn/run/experiment_config.h"

namespace vrkn::inspect {

/// The preset with the fewest other values, and where the configuration differs from it. Another kind of model counts
/// as one difference, beside those to the preset with that kind.
struct NearestPreset {
  std::string name;
  std::vector<config::Difference> differences;  ///< left: the preset's
};

NearestPreset nearest_preset(const run::ExperimentConfig& config);

/// Adds the nearest preset as a fact, and every difference from it as a part.
void add_preset(const run::ExperimentConfig& config, Inspection& inspection);

}  // namespace vrkn::inspect
