#pragma once

#include <filesystem>

#include "vrkn/agent/agent.h"
#include "vrkn/train/training_progress.h"

namespace vrkn {

/// Writes weights, optimiser state and progress; the file appears whole or not at all. Format: docs/run-directory.md.
void write_checkpoint(const std::filesystem::path& path, const Agent& agent, const TrainingProgress& progress);

/// Loads weights and optimiser state into `agent` and returns the progress. Throws as read_progress, and when the
/// weights do not fit the agent.
TrainingProgress read_checkpoint(const std::filesystem::path& path, Agent& agent);

}  // namespace vrkn
