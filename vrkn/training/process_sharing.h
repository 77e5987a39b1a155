#pragma once

#include <optional>

#include "vrkn/data/episode.h"
#include "vrkn/parallel/process_group.h"
#include "vrkn/run/experiment_config.h"

namespace vrkn::training {

// What the first process of a run tells the others (docs/training-in-parallel.md). All processes call these functions
// together; what those behind the first pass does not matter.

/// The configuration of the first process.
run::ExperimentConfig share_config(const parallel::ProcessGroup& processes, const run::ExperimentConfig& config);

/// The episode of the first process; nothing where it has none, because it was stopped.
std::optional<data::Episode> share_episode(const parallel::ProcessGroup& processes,
                                           std::optional<data::Episode> episode);

/// Throws ConfigError when the processes cannot divide the run's batches among them, or several are to record a graph:
/// the mean of their gradients cannot be part of it.
void check_shareable(const run::ExperimentConfig& config, const parallel::ProcessGroup& processes);

}  // namespace vrkn::training
