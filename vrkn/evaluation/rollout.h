#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "vrkn/evaluation/run_episodes.h"

namespace vrkn::evaluation {

/// Takes a finished episode, on the caller's thread, in the order of the numbers.
using EpisodeReceiver = std::function<void(int64_t number, const data::Episode& episode)>;

/// The seed of roll_out for the episodes that a user means by `seed`: the same ones with vrkn eval, rollout and imagine
/// and from Python.
uint64_t evaluation_seed(uint64_t seed);

/// The seeds with which the first `count` episodes of roll_out begin.
std::vector<uint64_t> episode_seeds(uint64_t seed, int64_t count);

/// Plays `count` episodes without exploration noise and dropout, as many side by side as the pool has environments.
/// Episode i begins with the seed derive_seed(seed, "environment", i); what the agent draws follows from `seed` and the
/// group of episodes that it decides for. The hooks are given the number of the episode in place of the environment's.
/// Returns false when a stop was requested: the episodes under way are dropped. Throws as run_episodes.
bool roll_out(agent::Agent& agent, env::EnvironmentPool& environments, int64_t count, uint64_t seed,
              const EpisodeReceiver& receive, const EpisodeHooks& hooks = {});

}  // namespace vrkn::evaluation
