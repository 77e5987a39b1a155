#pragma once

#include <optional>
#include <vector>

#include "vrkn/evaluation/run_episodes.h"

namespace vrkn::evaluation {

/// The returns of an evaluation: no exploration noise, dropout off.
struct Evaluation {
  std::vector<double> returns;   ///< one per episode
  std::vector<int64_t> lengths;  ///< agent steps per episode, the reset not counted

  /// Adds the return and the length of an episode.
  void add(const data::Episode& episode);
  /// Of the returns, of at least one episode.
  double mean() const;
  double std() const;  ///< of the sample, n - 1; 0 for one episode
  double median() const;
};

/// One episode per environment, side by side, on the pool's threads. All random numbers follow from `seed`. Nothing
/// when a stop was requested. Throws as run_episodes.
std::optional<Evaluation> evaluate(agent::Agent& agent, env::EnvironmentPool& environments, uint64_t seed,
                                   const EpisodeHooks& hooks = {});

}  // namespace vrkn::evaluation
