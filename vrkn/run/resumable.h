#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "vrkn/run/checkpoint.h"
#include "vrkn/run/run_directory.h"

namespace vrkn::run {

/// Whether a run that was begun with one configuration may go on with another: its config.toml was edited meanwhile, or
/// the command that goes on with it changes keys. What decides how far and how well it is watched may change:
/// training.iterations (not below those finished), training.checkpoint_every, training.keep_checkpoints,
/// training.rollbacks, all of [evaluation] and [cuda], threads, onednn and device. Throws ConfigError naming the first
/// other key that differs, with both values.
void check_resumable(const ExperimentConfig& begun, const ExperimentConfig& now, int64_t finished_iterations);

/// A run goes on with `config` from a checkpoint, or from its beginning where there is none: it is the run's own from
/// now on, as RunDirectory::change_config. Throws ConfigError as check_resumable, and what `check` throws; then nothing
/// has changed.
void go_on_with(const RunDirectory& run, const std::optional<Checkpoint>& checkpoint, const ExperimentConfig& config,
                const std::string& command_line, const std::function<void()>& check);

/// Where the sinks of a run go on from a checkpoint, if there is one.
std::vector<int64_t> sink_positions(const std::optional<Checkpoint>& checkpoint);

}  // namespace vrkn::run
