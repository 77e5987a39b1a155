#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "vrkn/data/episode.h"
#include "vrkn/env/suite/branching_world.h"

namespace vrkn::evaluation {

/// From which states of an episode the world goes on, and how.
struct BranchOptions {
  std::vector<int64_t> steps_ahead = {1, 5, 10};  ///< H' of them, rising, >= 1
  int64_t states = 20;                            ///< P: evenly spread over an episode, >= 1
  int64_t futures = 100;                          ///< from each of them, >= 2

  /// Throws ConfigError when a number is out of its range.
  void validate() const;
};

/// Mean and variance (n - 1) of one quantity over the futures of P states, double, raw units.
struct FutureMoments {
  at::Tensor mean, var;  ///< [P, H', ...]
};

/// What the world itself holds for possible from P states of one episode.
struct TrueFutures {
  std::vector<int64_t> from;           ///< [P] steps of the episode
  std::vector<FutureMoments> sensors;  ///< what clear sensors would read
  FutureMoments reward;                ///< [P, H']
  /// Per sensor the variance of the noise that its readings have beside, raw units.
  std::vector<double> reading_noise;
};

/// The steps of an episode in which a filter that starts from p(z_0) still settles; no future begins there.
inline constexpr int64_t kSettlingSteps = 10;

/// Plays an episode again that began with `seed` in a world of the same configuration, and branches off from its
/// states: with the actions that were then taken, and transition noise of its own in each future, drawn from the stream
/// ("future", state) of `seed`. Nothing when `stop_requested`, asked at every state, says so.
/// Throws ConfigError when the episode is too short for the steps ahead, SimulationError when its rewards are not those
/// of the world.
std::optional<TrueFutures> true_futures(env::BranchingWorld& world, const data::Episode& episode, uint64_t seed,
                                        const BranchOptions& options, const std::function<bool()>& stop_requested = {});

}  // namespace vrkn::evaluation
