#include <array>
#include <cmath>

#include "vrkn/env/suite/domains.h"
#include "vrkn/env/suite/local_frame.h"
#include "vrkn/env/suite/tolerance.h"

namespace vrkn::env {
namespace {

// A fish of the control suite (Tassa et al. 2018). Coordinates: the torso's place (m) and orientation (a quaternion),
// then tail1, tail_twist, tail2, roll and pitch of the right fin, roll and pitch of the left fin (rad).
class Fish final : public Task {
 public:
  explicit Fish(const mjModel& model)
      : torso_(mj_name2id(&model, mjOBJ_BODY, "torso")),
        mouth_(mj_name2id(&model, mjOBJ_GEOM, "mouth")),
        target_(mj_name2id(&model, mjOBJ_GEOM, "target")),
        reach_(model.geom_size[3 * mouth_] + model.geom_size[3 * target_]) {}

  void initialise(Physics& physics, ScalarGenerator& random) const override {
    double* position = physics.data().qpos;
    // A direction of four normals, uniform over all orientations.
    for (int i = 3; i < 7; ++i) position[i] = random.normal();
    mju_normalize4(position + 3);
    for (int i = 7; i < 14; ++i) position[i] = random.uniform(-0.2, 0.2);

    double* target = physics.editable_model().geom_pos + 3 * target_;
    target[0] = random.uniform(-0.4, 0.4);
    target[1] = random.uniform(-0.4, 0.4);
    target[2] = random.uniform(0.1, 0.3);
  }

  std::vector<Component> observe(const Physics& physics) const override {
    const mjData& data = physics.data();
    const std::array target = to_target(data);
    return {{"joint_angles", Quantity::kPosition, {data.qpos + 7, data.qpos + 14}},
            {"upright", Quantity::kPosition, {upright(data)}},
            {"target", Quantity::kPosition, {target.begin(), target.end()}},
            {"velocity", Quantity::kVelocity, {data.qvel, data.qvel + 13}}};
  }

  std::vector<double> proprioception(const Physics& physics) const override {
    const mjData& data = physics.data();
    return {data.qpos + 7, data.qpos + 14};
  }

  double reward(const Physics& physics) const override {
    const mjData& data = physics.data();
    const std::array target = to_target(data);
    const double distance = std::hypot(target[0], target[1], target[2]);
    const double at_target = tolerance(distance, {.low = 0.0, .high = reach_, .margin = 2.0 * reach_});
    return (7.0 * at_target + (upright(data) + 1.0) / 2.0) / 8.0;
  }

 private:
  double upright(const mjData& data) const { return data.xmat[9 * torso_ + 8]; }

  // From mouth to target, in the frame of the mouth.
  std::array<double, 3> to_target(const mjData& data) const {
    std::array<double, 3> world{};
    mju_sub3(world.data(), data.geom_xpos + 3 * target_, data.geom_xpos + 3 * mouth_);
    return in_local_frame(data.geom_xmat + 9 * mouth_, world);
  }

  int torso_;
  int mouth_;
  int target_;
  double reach_;  // m, between the middles of mouth and target when they touch
};

}  // namespace

std::vector<SuiteTask> fish_tasks() {
  return {{.spec = {.name = "fish_swim",
                    .domain = "fish",
                    .goal = "swim to a target, upright",
                    .default_action_repeat = 4,  // not among PlaNet's tasks
                    .step_limit = 1000,
                    .action_size = 5,
                    .sensors = {image_sensor(), vector_sensor("proprioception", 7), vector_sensor("state", 24),
                                vector_sensor("position", 11)}},
           .scene = "fish",
           .sub_steps = 10,
           .make = [](const mjModel& model) { return std::make_unique<Fish>(model); }}};
}

}  // namespace vrkn::env
