#pragma once

#include <cstdint>

#include "vrkn/env/spec.h"
#include "vrkn/run/experiment_config.h"

namespace vrkn::run {

struct FitData;

/// The memory that a run takes at least, bytes of the host: a lower bound, from sizes alone. What allocators, libraries
/// and the worlds themselves take comes on top.
struct MemoryNeed {
  double weights = 0.0;  ///< with their gradients and the optimisers' states
  double batches = 0.0;  ///< one that is learned from and one ahead, and what gradients need of the first
  double replay = 0.0;   ///< all episodes of the run
  double acting = 0.0;   ///< decisions of an evaluation, and its episodes

  double total() const { return weights + batches + replay + acting; }
};

/// What a world of these sensors asks of a configuration. step_limit 0: the episodes are files, and not counted.
/// processes: that share every batch. Of a run on a CUDA device the weights are counted once, and no gradients.
MemoryNeed memory_need(const ExperimentConfig& config, const env::EnvironmentSpec& spec, int64_t processes = 1);

/// Bytes of so many steps as episodes hold them.
double bytes_of_steps(const env::EnvironmentSpec& spec, int64_t steps);

/// Sensors, actions and steps of the configured task, without making it. Throws ConfigError as find_task.
env::EnvironmentSpec task_spec(const ExperimentConfig& config);

/// Throws ConfigError when the run needs more than `available` bytes: with both numbers, and the keys that decide it.
void check_memory(const ExperimentConfig& config, const env::EnvironmentSpec& spec, int64_t available,
                  int64_t processes = 1);
/// The same with what this process can get now (core/memory.h).
void check_memory(const ExperimentConfig& config, const env::EnvironmentSpec& spec);
/// The same of the configured task; of a program's own world, of which nothing is known, never.
void check_memory(const ExperimentConfig& config);
/// The same of a run that learns from files.
void check_memory(const ExperimentConfig& config, const FitData& data);

}  // namespace vrkn::run
