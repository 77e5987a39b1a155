#pragma once

#include <string>
#include <vector>

#include "vrkn/config/toml.h"
#include "vrkn/run/experiment_config.h"

namespace vrkn::run {

/// Puts what a configuration file or its bases say under `model_defaults.<kind>` where it applies: as keys of `model`,
/// right after the entry that gives the model that kind, so that later entries override it. What is said of other
/// kinds is checked and left out. A preset says so which sizes each kind of model has there:
///
///   [model_defaults]
///   rssm = { stochastic_dim = 24, deterministic_dim = 104 }
///
/// Throws ConfigError for an unknown kind, key or value, with its place.
std::vector<config::Entry> with_model_defaults(std::vector<config::Entry> entries);

/// The configuration that these entries give, with `key=value` overrides on top and model defaults where they apply.
/// Throws ConfigError.
ExperimentConfig experiment_from(std::vector<config::Entry> entries, const std::vector<std::string>& overrides);

}  // namespace vrkn::run
