#include <cmath>
#include <numbers>

#include "vrkn/env/suite/domains.h"
#include "vrkn/env/suite/randomise_joints.h"
#include "vrkn/env/suite/tolerance.h"

namespace vrkn::env {
namespace {

// Joints: shoulder and wrist (rad). Where the target lies and how large it is belongs to the scene, so each simulation
// has a scene of its own.
class Reacher final : public Task {
 public:
  Reacher(const mjModel& model, double target_radius)
      : target_radius_(target_radius),
        target_(mj_name2id(&model, mjOBJ_GEOM, "target")),
        finger_(mj_name2id(&model, mjOBJ_GEOM, "finger")) {}

  void initialise(Physics& physics, ScalarGenerator& random) const override {
    mjModel& model = physics.editable_model();
    model.geom_size[3 * target_] = target_radius_;
    randomise_joints(physics, random);
    const double angle_rad = random.uniform(0.0, 2.0 * std::numbers::pi);
    const double distance = random.uniform(0.05, 0.20);
    model.geom_pos[3 * target_] = distance * std::sin(angle_rad);
    model.geom_pos[3 * target_ + 1] = distance * std::cos(angle_rad);
  }

  std::vector<Component> observe(const Physics& physics) const override {
    const mjData& data = physics.data();
    return {{"position", Quantity::kPosition, {data.qpos[0], data.qpos[1]}},
            {"to_target", Quantity::kPosition, {to_target(data, 0), to_target(data, 1)}},
            {"velocity", Quantity::kVelocity, {data.qvel[0], data.qvel[1]}}};
  }

  std::vector<double> proprioception(const Physics& physics) const override {
    return {physics.data().qpos[0], physics.data().qpos[1]};
  }

  double reward(const Physics& physics) const override {
    const double x = to_target(physics.data(), 0), y = to_target(physics.data(), 1);
    const double* size = physics.model().geom_size;
    return tolerance(std::sqrt(x * x + y * y), {.high = size[3 * target_] + size[3 * finger_]});
  }

 private:
  double to_target(const mjData& data, int axis) const {
    return data.geom_xpos[3 * target_ + axis] - data.geom_xpos[3 * finger_ + axis];
  }

  double target_radius_;
  int target_, finger_;
};

SuiteTask reacher_task(std::string name, std::string goal, double target_radius) {
  return {.spec = {.name = std::move(name),
                   .domain = "reacher",
                   .goal = std::move(goal),
                   .default_action_repeat = 4,
                   .step_limit = 1000,
                   .action_size = 2,
                   .sensors = {image_sensor(), vector_sensor("proprioception", 2), vector_sensor("state", 6),
                               vector_sensor("position", 4)}},
          .scene = "reacher",
          .sub_steps = 1,
          .make = [=](const mjModel& model) { return std::make_unique<Reacher>(model, target_radius); }};
}

}  // namespace

std::vector<SuiteTask> reacher_tasks() {
  return {reacher_task("reacher_easy", "touch a large target with the finger of a two-link arm", 0.05),
          reacher_task("reacher_hard", "the same, with a small target", 0.015)};
}

}  // namespace vrkn::env
