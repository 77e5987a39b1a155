#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "apps/vrkn/config_source.h"
#include "vrkn/run/checkpoint.h"
#include "vrkn/run/run_directory.h"

namespace vrkn::app {

/// The options that all commands have which make a run and go on with it.
struct LearningOptions {
  ConfigSource source;
  std::string out, resume, checkpoint, device;
  std::optional<int64_t> seed;
  std::string command_line;  ///< for the record

  /// Adds --seed, --device, --resume and --checkpoint. --resume excludes all options that the command has, --set apart:
  /// add the others before.
  void add_options(CLI::App& command);

  /// The source, with the options that are short for --set among its overrides.
  ConfigSource with_shortcuts() const;
  /// The checkpoint that a run goes on from, by the names of RunDirectory::find_checkpoint, and says so. None for a run
  /// that was cut off before its first checkpoint: it begins anew.
  std::optional<run::Checkpoint> choose_checkpoint(const run::RunDirectory& run) const;
};

}  // namespace vrkn::app
