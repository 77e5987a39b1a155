#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "vrkn/agent/agent.h"
#include "vrkn/data/episode.h"
#include "vrkn/env/environment_pool.h"

namespace vrkn::evaluation {

/// What to look at and whether to go on while episodes run; both may be empty. Called on the caller's thread.
struct EpisodeHooks {
  /// After every reset and step, in the order of the environments.
  std::function<void(size_t number, env::Environment&, const env::Observation&)> on_step;
  std::function<bool()> stop_requested;  ///< asked before every step
};

/// Runs one episode in each of the first seeds.size() environments side by side, the agent deciding for all at once;
/// seeds[i] begins the i-th, and the pool's threads share the worlds' work. Environments whose episode is over wait for
/// the others. Nothing when a stop was requested: unfinished episodes are dropped and can be begun again with the same
/// seeds. Throws ShapeError for more seeds than environments; and what Agent::act, the worlds and EpisodeBuilder throw:
/// SimulationError, ShapeError, DataError, NumericalError.
std::optional<std::vector<data::Episode>> run_episodes(agent::Agent& agent, env::EnvironmentPool& environments,
                                                       std::span<const uint64_t> seeds, agent::ActOptions options,
                                                       const EpisodeHooks& hooks = {});

}  // namespace vrkn::evaluation
