#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vrkn/core/random.h"
#include "vrkn/env/mujoco/physics.h"
#include "vrkn/env/task_spec.h"

namespace vrkn::env {

/// What a component of a task's observation measures.
enum class Quantity { kPosition, kVelocity, kForce };

/// A named part of a task's observation, as the control suite names and orders them.
struct Component {
  std::string_view name;
  Quantity quantity = Quantity::kPosition;
  std::vector<double> values;
};

/// What a task adds to its scene: where an episode begins, what is observed, what is good. Holds no state of an
/// episode: all of that is in the Physics.
class Task {
 public:
  virtual ~Task() = default;

  /// Draws an initial state and writes it into `physics`, which was reset and evaluated. It is evaluated again
  /// afterwards.
  virtual void initialise(Physics& physics, ScalarGenerator& random) const = 0;
  /// Everything observed, in the suite's order.
  virtual std::vector<Component> observe(const Physics& physics) const = 0;
  /// What the robot would feel of its own body: joints, touch; no velocities, nothing about the world around it.
  virtual std::vector<double> proprioception(const Physics& physics) const = 0;
  /// The reward in [0, 1] of the state and of the controls last set.
  virtual double reward(const Physics& physics) const = 0;
};

/// A task as the list of tasks knows it: one such entry and one class make a task.
struct SuiteTask {
  TaskSpec spec;
  std::string scene;      ///< the asset it plays in: "cartpole"
  int64_t sub_steps = 1;  ///< physics steps per control step
  std::function<std::unique_ptr<Task>(const mjModel& model)> make = nullptr;
};

}  // namespace vrkn::env
