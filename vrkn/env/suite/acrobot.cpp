#include <cmath>

#include "vrkn/env/suite/domains.h"
#include "vrkn/env/suite/randomise_joints.h"
#include "vrkn/env/suite/tolerance.h"

namespace vrkn::env {
namespace {

// Joints: shoulder and elbow (rad), both 0 when the links stand upright.
class Acrobot final : public Task {
 public:
  Acrobot(const mjModel& model, double margin)
      : margin_(margin),
        upper_(mj_name2id(&model, mjOBJ_BODY, "upper_arm")),
        lower_(mj_name2id(&model, mjOBJ_BODY, "lower_arm")),
        target_(mj_name2id(&model, mjOBJ_SITE, "target")),
        tip_(mj_name2id(&model, mjOBJ_SITE, "tip")) {}

  void initialise(Physics& physics, ScalarGenerator& random) const override { randomise_joints(physics, random); }

  std::vector<Component> observe(const Physics& physics) const override {
    const mjData& data = physics.data();
    return {{"orientations", Quantity::kPosition, proprioception(physics)},
            {"velocity", Quantity::kVelocity, {data.qvel[0], data.qvel[1]}}};
  }

  // The sines of both links' angles to the vertical, then the cosines.
  std::vector<double> proprioception(const Physics& physics) const override {
    const double *upper = physics.data().xmat + 9 * upper_, *lower = physics.data().xmat + 9 * lower_;
    return {upper[2], lower[2], upper[8], lower[8]};
  }

  double reward(const Physics& physics) const override {
    double square = 0.0;
    for (int axis = 0; axis < 3; ++axis) {
      const double* positions = physics.data().site_xpos;
      const double away = positions[3 * target_ + axis] - positions[3 * tip_ + axis];
      square += away * away;
    }
    const double target_radius = physics.model().site_size[3 * target_];
    return tolerance(std::sqrt(square), {.high = target_radius, .margin = margin_});
  }

 private:
  double margin_;
  int upper_, lower_, target_, tip_;
};

SuiteTask acrobot_task(std::string name, std::string goal, double margin) {
  return {.spec = {.name = std::move(name),
                   .domain = "acrobot",
                   .goal = std::move(goal),
                   .default_action_repeat = 4,  // not among PlaNet's tasks
                   .step_limit = 1000,
                   .action_size = 1,
                   .sensors = {image_sensor(), vector_sensor("proprioception", 4), vector_sensor("state", 6),
                               vector_sensor("position", 4)}},
          .scene = "acrobot",
          .sub_steps = 1,
          .make = [=](const mjModel& model) { return std::make_unique<Acrobot>(model, margin); }};
}

}  // namespace

std::vector<SuiteTask> acrobot_tasks() {
  return {acrobot_task("acrobot_swingup", "swing two links up by the joint between them", 1.0),
          acrobot_task("acrobot_swingup_sparse", "the same, reward only when the tip is in the target", 0.0)};
}

}  // namespace vrkn::env
