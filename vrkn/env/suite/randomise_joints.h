#pragma once

#include "vrkn/core/random.h"
#include "vrkn/env/mujoco/physics.h"

namespace vrkn::env {

/// Draws a pose as several of the control suite's tasks begin: in the model's order, every limited joint uniformly over
/// its range, every hinge without limits uniformly over (-pi, pi). Slides without limits stay where they are, and
/// so do the velocities. Throws ConfigError for a scene with a ball or free joint: none of these tasks has one.
void randomise_joints(Physics& physics, ScalarGenerator& random);

}  // namespace vrkn::env
