#pragma once

#include <functional>

#include "vrkn/env/mujoco/physics.h"

namespace vrkn::env {

/// Calls `draw`, which writes a pose into `physics`, and evaluates the pose, until one comes in which nothing touches.
/// Throws SimulationError after 1000 poses in vain.
void draw_without_contact(Physics& physics, const std::function<void()>& draw);

}  // namespace vrkn::env
