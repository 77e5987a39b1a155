#pragma once

#include "vrkn/core/random.h"
#include "vrkn/env/mujoco/physics.h"

namespace vrkn::env {

/// Draws every limited joint, the six of the legs, uniformly over its range; the torso stays where it is.
void draw_cheetah_pose(Physics& physics, ScalarGenerator& random);

/// Lets a drawn animal fall and come to rest: two seconds without control, then the clock says 0 again.
///
/// To be called on a reset scene that was evaluated before the pose was written: the first of the 200 physics steps
/// takes the accelerations of the scene's own pose and applies them to the drawn one, because that is how the suite
/// does it and what its recorded episodes begin with.
void settle_cheetah(Physics& physics);

}  // namespace vrkn::env
