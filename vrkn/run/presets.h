#pragma once

#include <span>
#include <string>
#include <vector>

#include "vrkn/core/embedded_file.h"
#include "vrkn/run/base_chain.h"
#include "vrkn/run/experiment_config.h"

namespace vrkn::run {

/// The files configs/*.toml, as they were when the program was built.
std::span<const EmbeddedFile> embedded_presets();

/// The names of all presets, sorted: their files without ".toml".
std::vector<std::string> preset_names();

/// A preset with all that it builds on. Throws ConfigError naming the nearest preset when there is none of that name.
BaseChain preset_chain(const std::string& name);

/// A preset with `key=value` overrides on top. Throws as preset_chain, and whatever the overrides deserve.
ExperimentConfig load_preset(const std::string& name, const std::vector<std::string>& overrides = {});

/// The preset that ./run without arguments trains.
inline constexpr const char* kDefaultPreset = "default";

}  // namespace vrkn::run
