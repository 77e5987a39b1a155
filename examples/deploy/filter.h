#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "exported_run.h"
#include "graph.h"
#include "inbox.h"

namespace deploy {

/// How a reading came.
enum class Arrival {
  kInTime,   ///< for the present decision, or, where the run learned with delays, for one to come
  kLate,     ///< for an earlier decision: the belief is computed again from there
  kTooLate,  ///< for a decision that is no longer kept: not used
  kAhead     ///< its time stamp lies in the future: not used; the clocks of sensor and loop differ
};

/// The belief about the world, step by step: filter.onnx, with a memory of the last steps.
///
/// Decision k is made at k `step_s`. A reading belongs to the decision nearest to the time at which it was taken, and
/// `delay` steps later for a sensor that the run learned with that delay. When it comes after that decision, the belief
/// goes back to that step and forward again with the actions and readings since then: it ends where it would be if the
/// reading had come in time. Of two readings of a sensor for one decision, the one nearer to it counts.
class Filter {
 public:
  /// `replay_steps`: how many steps back a late reading may reach; each costs a run of the filter. Throws
  /// std::runtime_error below 0.
  Filter(const ExportedRun& run, double step_s, int64_t replay_steps);

  /// An episode begins.
  void reset();

  /// The next decision is due; `action` [A] is what was done since the last one, ignored at the first.
  void advance(std::span<const float> action);

  /// Keeps a reading for `update`.
  Arrival add(const Reading& reading);

  /// Computes the belief of the present decision. Returns how many steps of the filter it took: 1 and those again.
  int64_t update();

  std::span<const float> belief() const { return posterior_; }   ///< [K], after `update`
  std::span<const float> features() const { return features_; }  ///< [F], after `update`
  int64_t step() const { return now_; }                          ///< the present decision, from 0
  /// The belief of the decision before, [K], and what was done since then, [A]: from step 1 on, after `update`.
  std::span<const float> belief_before() const { return at(now_ - 1).posterior; }
  std::span<const float> action() const { return at(now_).action; }
  /// What a sensor said for the present decision; empty where it said nothing.
  std::span<const std::byte> reading(size_t sensor) const;
  double time_s() const { return static_cast<double>(now_) * step_s_; }

  /// When the newest reading of a sensor that was used was taken; minus infinity before the first.
  double last_taken_s(size_t sensor) const { return last_taken_s_[sensor]; }

 private:
  struct Kept {
    bool valid = false;
    double distance_s = 0.0;  ///< from the time at which it was taken to that of the decision
    std::vector<std::byte> data;
  };
  struct Step {
    std::vector<float> action, posterior;
    std::vector<Kept> sensors = {};
  };
  struct SensorInput {
    std::span<std::byte> data;
    bool* valid;
    int64_t delay;
  };

  Step& at(int64_t step) { return steps_[static_cast<size_t>(step) % steps_.size()]; }
  const Step& at(int64_t step) const { return steps_[static_cast<size_t>(step) % steps_.size()]; }
  void compute(int64_t step);

  double step_s_;
  int64_t replay_steps_;
  int64_t ahead_ = 0;  ///< the longest delay: for how many steps to come readings are kept
  Graph graph_;
  std::span<float> belief_, action_, posterior_, features_;
  bool* is_first_;
  std::vector<SensorInput> inputs_;
  std::vector<double> last_taken_s_;
  std::vector<Step> steps_;  ///< a ring
  int64_t now_ = -1;
  int64_t first_changed_ = 0;  ///< the earliest step whose posterior is out of date
};

}  // namespace deploy
