#pragma once

#include "vrkn/run/experiment_config.h"

namespace vrkn::run {

/// Whether a run that was begun with one configuration may go on with another: its config.toml was edited meanwhile, or
/// the command that goes on with it changes keys. What decides how far and how well it is watched may change:
/// training.iterations (not below those finished), training.checkpoint_every, training.keep_checkpoints,
/// training.rollbacks, all of [evaluation] and [cuda], threads, onednn and device. Throws ConfigError naming the first
/// other key that differs, with both values.
void check_resumable(const ExperimentConfig& begun, const ExperimentConfig& now, int64_t finished_iterations);

}  // namespace vrkn::run
