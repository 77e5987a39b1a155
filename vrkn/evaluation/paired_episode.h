#pragma once

#include <functional>
#include <optional>

#include "vrkn/agent/agent.h"
#include "vrkn/data/episode.h"
#include "vrkn/env/environment.h"

namespace vrkn::evaluation {

/// An episode as an agent saw it, and the same one as it was.
struct PairedEpisode {
  data::Episode seen;
  data::Episode truth;  ///< the same actions and rewards; all sensors clear and valid
};

/// Plays at most `steps` steps of an episode, the reset included, in two worlds at once: in `world`, which the agent
/// sees, and with the same actions in `undisturbed`, the same world without conditions of its sensors
/// (EnvironmentConfig::undisturbed). Nothing when `stop_requested`, asked before every step, says so.
/// Throws SimulationError when the rewards differ, for then the worlds are not the same.
std::optional<PairedEpisode> play_pair(agent::Agent& agent, env::Environment& world, env::Environment& undisturbed,
                                       uint64_t seed, int64_t steps, agent::ActOptions options,
                                       const std::function<bool()>& stop_requested = {});

}  // namespace vrkn::evaluation
