#pragma once

#include <span>
#include <vector>

#include "vrkn/data/batch.h"

namespace vrkn::data {

/// One whole episode of L steps, the reset included, on the host.
struct Episode {
  Observations observations;  ///< leading [L]
  at::Tensor actions;         ///< float [L, A]; zero at step 0
  at::Tensor rewards;         ///< float [L]; zero at step 0
  at::Tensor discounts;       ///< float [L]; 0 where the task itself ended, else 1

  /// L.
  int64_t length() const { return rewards.size(0); }
  /// The sum of the rewards, in double.
  double episode_return() const;
};

/// `count` training sequences of `length` steps, leading [count, length], one after the other from the episode's
/// beginning. count * length <= L, else LibTorch's own error (c10::Error).
Batch sequences_of(const Episode& episode, int64_t count, int64_t length);

/// Collects an episode step by step.
class EpisodeBuilder {
 public:
  /// For readings of these sensors and actions [action_size].
  EpisodeBuilder(std::vector<env::SensorSpec> sensors, int64_t action_size);

  /// `action` [A] led to `step`; zeros at the reset. Throws ShapeError when the action has another size, DataError when
  /// a reward, a discount or a reading is not finite or too large (limits.h), NumericalError when the action is not
  /// finite.
  void add(const env::TimeStep& step, std::span<const double> action);

  /// The episode so far. Needs at least one step. Throws ShapeError when a reading or its mask has not its sensor's
  /// size.
  Episode build() const;

 private:
  std::vector<env::SensorSpec> sensors_;
  int64_t action_size_;
  std::vector<env::Observation> observations_;
  std::vector<float> actions_, rewards_, discounts_;
};

}  // namespace vrkn::data
