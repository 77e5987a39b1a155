#include "vrkn/env/suite/randomise_joints.h"

#include <numbers>
#include <string>

#include "vrkn/core/error.h"

namespace vrkn::env {

void randomise_joints(Physics& physics, ScalarGenerator& random) {
  const mjModel& model = physics.model();
  for (int joint = 0; joint < model.njnt; ++joint) {
    const int type = model.jnt_type[joint];
    if (type != mjJNT_HINGE && type != mjJNT_SLIDE) {
      throw ConfigError("joint " + std::to_string(joint) +
                        " of the scene is neither a hinge nor a slide, so it cannot " + "be drawn from a range");
    }
    double& position = physics.data().qpos[model.jnt_qposadr[joint]];
    const double* range = model.jnt_range + 2 * joint;
    if (model.jnt_limited[joint] != 0) {
      position = random.uniform(range[0], range[1]);
    } else if (type == mjJNT_HINGE) {
      position = random.uniform(-std::numbers::pi, std::numbers::pi);
    }
  }
}

}  // namespace vrkn::env
