#pragma once

#include <span>
#include <string>
#include <vector>

#include "vrkn/analysis/run_record.h"

namespace vrkn::analysis {

/// Runs that are the same but for chance and task: one curve per task.
struct RunGroup {
  std::string label = {};         ///< what sets it apart, "vrkn" or "rssm, transition_noise 0.2"; unique
  std::vector<size_t> runs = {};  ///< indices of runs, growing
};

/// A setting in which groups differ.
struct SettingDifference {
  std::string key = {};
  std::vector<std::string> values = {};  ///< per group, as people write it; empty where the group has no such key
};

struct Grouping {
  std::vector<RunGroup> groups = {};  ///< sorted by label
  std::vector<SettingDifference> differences = {};
};

/// Settings that may differ within a group: chance (seed), what does not change what is learned (device, threads,
/// renderer, checkpoints), and how long and how often one looks (iterations, evaluation). The task is no part of a
/// group either.
bool is_incidental(const std::string& key);

/// Runs with equal settings, incidental ones and the task apart, are a group. With `keys` only these count: runs whose
/// values of all of them are equal are a group, whatever else differs.
///
/// Labels are as short as they can be: model.kind, agent.kind, sensors, occlusion, transition noise and the sensors'
/// weight come first, then all other settings, and a label names those that tell its group from the others that are
/// still like it. Throws ConfigError for a key that no run has, naming the nearest.
Grouping group_runs(std::span<const RunRecord> runs, std::span<const std::string> keys = {});

}  // namespace vrkn::analysis
