#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "vrkn/agent/agent.h"
#include "vrkn/data/episode.h"
#include "vrkn/env/environment.h"

namespace vrkn {

using Environments = std::vector<std::unique_ptr<Environment>>;

/// What to look at and whether to go on while episodes run; both may be empty.
struct DriverHooks {
  std::function<void(size_t environment, Environment&)> on_step;  ///< after every reset and step
  std::function<bool()> stop_requested;                           ///< asked before every step
};

/// Runs one episode in each environment side by side, the agent deciding for all at once; seeds[i] begins the i-th.
/// Environments whose episode is over wait for the others. Nothing when a stop was requested: unfinished episodes are
/// dropped and can be begun again with the same seeds.
std::optional<std::vector<Episode>> run_episodes(Agent& agent,
                                                 std::span<const std::unique_ptr<Environment>> environments,
                                                 std::span<const uint64_t> seeds, ActOptions options,
                                                 const DriverHooks& hooks = {});

}  // namespace vrkn
