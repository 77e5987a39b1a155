#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "vrkn/run/experiment_config.h"

namespace vrkn::app {

/// Where a configuration comes from on the command line: a preset or a file, and overrides on top.
struct ConfigSource {
  std::string file;
  std::string preset;
  std::vector<std::string> overrides;

  /// Adds --config, --preset and --set to a subcommand.
  void add_options(CLI::App& command);

  /// The resolved configuration; of the default preset when neither file nor preset was given. Throws ConfigError or
  /// DataError.
  run::ExperimentConfig load() const;
};

/// A run directory that does not exist yet: runs/<preset or task>-seed<N>, with a number if that is taken.
std::filesystem::path default_run_path(const ConfigSource& source, const run::ExperimentConfig& config);

}  // namespace vrkn::app
