#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "vrkn/analysis/comparison.h"

namespace vrkn::app {

/// What `vrkn report` and `vrkn watch` are asked for.
struct ComparisonArguments {
  std::vector<std::string> folders = {};
  std::vector<std::string> group_by = {};
  std::string metric = "evaluate/return";
  std::string title = "Runs compared";
  std::optional<int64_t> score_step;  ///< nothing: the last that all runs have reached
  int64_t resamples = analysis::BootstrapOptions{}.resamples;
  int64_t seed = 0;

  std::vector<std::filesystem::path> paths() const { return {folders.begin(), folders.end()}; }
  /// Throws ConfigError for values that are not allowed.
  analysis::ComparisonOptions options() const;
};

/// Adds the folders and the options that both commands have.
void add_comparison_arguments(CLI::App& command, ComparisonArguments& arguments);

}  // namespace vrkn::app
