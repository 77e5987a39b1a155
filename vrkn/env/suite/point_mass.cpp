#include <cmath>

#include "vrkn/env/suite/domains.h"
#include "vrkn/env/suite/randomise_joints.h"
#include "vrkn/env/suite/tolerance.h"

namespace vrkn::env {
namespace {

// Joints: the mass's place x, y (m).
class PointMass final : public Task {
 public:
  explicit PointMass(const mjModel& model)
      : target_(mj_name2id(&model, mjOBJ_GEOM, "target")), mass_(mj_name2id(&model, mjOBJ_GEOM, "pointmass")) {}

  void initialise(Physics& physics, ScalarGenerator& random) const override { randomise_joints(physics, random); }

  std::vector<Component> observe(const Physics& physics) const override {
    const mjData& data = physics.data();
    return {{"position", Quantity::kPosition, {data.qpos[0], data.qpos[1]}},
            {"velocity", Quantity::kVelocity, {data.qvel[0], data.qvel[1]}}};
  }

  std::vector<double> proprioception(const Physics& physics) const override {
    return {physics.data().qpos[0], physics.data().qpos[1]};
  }

  double reward(const Physics& physics) const override {
    const mjData& data = physics.data();
    double square = 0.0;
    for (int axis = 0; axis < 3; ++axis) {
      const double away = data.geom_xpos[3 * target_ + axis] - data.geom_xpos[3 * mass_ + axis];
      square += away * away;
    }
    const double target_radius = physics.model().geom_size[3 * target_];
    const double near = tolerance(std::sqrt(square), {.high = target_radius, .margin = target_radius});
    const Tolerance effort{.margin = 1.0, .value_at_margin = 0.0, .falloff = Falloff::kQuadratic};
    const double idle = (tolerance(data.ctrl[0], effort) + tolerance(data.ctrl[1], effort)) / 2.0;
    const double gentle = (idle + 4.0) / 5.0;
    return near * gentle;
  }

 private:
  int target_, mass_;
};

}  // namespace

std::vector<SuiteTask> point_mass_tasks() {
  return {{.spec = {.name = "point_mass_easy",
                    .domain = "point_mass",
                    .goal = "push a mass to the middle of a table and hold it there",
                    .default_action_repeat = 4,  // not among PlaNet's tasks
                    .step_limit = 1000,
                    .action_size = 2,
                    .sensors = {image_sensor(), vector_sensor("proprioception", 2), vector_sensor("state", 4),
                                vector_sensor("position", 2)}},
           .scene = "point_mass",
           .sub_steps = 1,
           .make = [](const mjModel& model) { return std::make_unique<PointMass>(model); }}};
}

}  // namespace vrkn::env
