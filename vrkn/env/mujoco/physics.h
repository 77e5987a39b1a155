#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "vrkn/env/mujoco/model.h"

namespace vrkn::env {

/// All that a trajectory depends on beside the controls. SI units and radians, joints in the model's order.
struct PhysicsState {
  std::vector<double> position;         ///< [nq], generalised positions
  std::vector<double> velocity;         ///< [nv], generalised velocities
  std::vector<double> warm_start = {};  ///< [nv], where the constraint solver begins; empty: what `forward` leaves
};

/// One simulation of a scene, stepped in the order of dm_control 1.0.7: after every step, positions, velocities and all
/// that follows from them belong to the same moment.
///
/// The scene is shared until `editable_model` is called. Every call that runs the physics throws SimulationError when
/// MuJoCo raises a warning (a value that is not finite, contacts that do not fit, ...); reset before going on.
class Physics {
 public:
  explicit Physics(SharedModel model);

  const mjModel& model() const { return model_; }
  const mjData& data() const { return *data_; }
  mjData& data() { return *data_; }
  std::span<double> position() { return {data_->qpos, static_cast<size_t>(model_.nq)}; }
  std::span<double> velocity() { return {data_->qvel, static_cast<size_t>(model_.nv)}; }

  /// This simulation's own copy of the scene, made at the first call: for tasks that move or resize things.
  /// What is written stays through `reset`.
  mjModel& editable_model();

  /// The scene's initial pose, at rest, time 0. Nothing derived is computed: call `forward`.
  void reset();

  /// Computes everything that follows from positions and velocities, with the actuators switched off.
  void forward();

  /// Sets the controls, one per actuator, raw: MuJoCo clamps them where it computes forces only.
  /// Throws ShapeError when there are not as many as actuators.
  void set_control(std::span<const double> control);

  /// Runs `sub_steps` >= 1 steps of model().opt.timestep seconds under the present controls.
  void step(int64_t sub_steps);

  PhysicsState state() const;

  /// Resets, writes `state` and computes what follows. Throws ShapeError when a size differs from the scene's.
  void restore(const PhysicsState& state);

 private:
  void clear_warnings();
  void throw_if_warned() const;

  SharedModel shared_;
  SharedModel edited_;  // null until editable_model() is called
  mjModel model_;       // options of our own; the arrays belong to shared_ or edited_
  OwnedData data_;
};

}  // namespace vrkn::env
