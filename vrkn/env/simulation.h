#pragma once

#include "vrkn/env/environment.h"

namespace vrkn::env {

/// What one control step brought, without what the sensors say.
struct StepResult {
  double reward = 0.0;
  bool is_last = false;
  double discount = 1.0;  ///< 0 where the task itself ended, 1 at a mere time limit
};

/// An environment that can go on without looking: acting and observing are apart, because rendering a picture costs
/// more than a step of physics and ActionRepeat looks at the last of its steps only.
class Simulation : public Environment {
 public:
  /// Begins an episode.
  virtual void begin(uint64_t seed) = 0;
  /// Applies `action` [A] for one control step. Throws as Environment::step.
  virtual StepResult advance(std::span<const double> action) = 0;
  /// Reads all sensors as they are now.
  virtual Observation observe() = 0;

  TimeStep reset(uint64_t seed) final;
  TimeStep step(std::span<const double> action) final;

 protected:
  /// Throws ShapeError unless `action` has spec().action_size components.
  void check_action(std::span<const double> action) const;
};

}  // namespace vrkn::env
