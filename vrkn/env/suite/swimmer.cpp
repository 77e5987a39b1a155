#include <array>
#include <cmath>

#include "vrkn/env/suite/domains.h"
#include "vrkn/env/suite/local_frame.h"
#include "vrkn/env/suite/randomise_joints.h"
#include "vrkn/env/suite/tolerance.h"

namespace vrkn::env {
namespace {

// The swimmer of Coulom 2002 with six links, with the control suite's figures. Joints: the head's x, y (m) and heading
// (rad), then the five between the links (rad).
class Swimmer final : public Task {
 public:
  explicit Swimmer(const mjModel& model)
      : head_(mj_name2id(&model, mjOBJ_BODY, "head")),
        nose_(mj_name2id(&model, mjOBJ_GEOM, "nose")),
        target_(mj_name2id(&model, mjOBJ_GEOM, "target")),
        light_(mj_name2id(&model, mjOBJ_LIGHT, "target_light")),
        velocities_(model.sensor_adr[mj_name2id(&model, mjOBJ_SENSOR, "head_vel")]),
        target_radius_(model.geom_size[3 * target_]) {}

  void initialise(Physics& physics, ScalarGenerator& random) const override {
    randomise_joints(physics, random);
    const double box = random.uniform() < 0.2 ? 0.3 : 2.0;
    mjModel& model = physics.editable_model();
    for (int axis = 0; axis < 2; ++axis) {
      const double place = random.uniform(-box, box);
      model.geom_pos[3 * target_ + axis] = place;
      model.light_pos[3 * light_ + axis] = place;
    }
  }

  std::vector<Component> observe(const Physics& physics) const override {
    const mjData& data = physics.data();
    const std::array target = to_target(data);
    return {{"joints", Quantity::kPosition, joints(data)},
            {"to_target", Quantity::kPosition, {target.begin(), target.end()}},
            {"body_velocities", Quantity::kVelocity, body_velocities(physics)}};
  }

  std::vector<double> proprioception(const Physics& physics) const override { return joints(physics.data()); }

  double reward(const Physics& physics) const override {
    const std::array target = to_target(physics.data());
    return tolerance(
        std::hypot(target[0], target[1]),
        {.low = 0.0, .high = target_radius_, .margin = 5.0 * target_radius_, .falloff = Falloff::kLongTail});
  }

 private:
  static std::vector<double> joints(const mjData& data) { return {data.qpos + 3, data.qpos + 8}; }

  // From nose to target in the plane, in the frame of the head.
  std::array<double, 2> to_target(const mjData& data) const {
    std::array<double, 3> world{};
    mju_sub3(world.data(), data.geom_xpos + 3 * target_, data.geom_xpos + 3 * nose_);
    const std::array local = in_local_frame(data.xmat + 9 * head_, world);
    return {local[0], local[1]};
  }

  // Forward and sideways speed and turning rate of every link in its own frame, the head first. Each link has a
  // velocimeter and a gyro of three values each.
  std::vector<double> body_velocities(const Physics& physics) const {
    std::vector<double> values;
    for (int i = velocities_; i < physics.model().nsensordata; i += 6) {
      const double* link = physics.data().sensordata + i;
      values.insert(values.end(), {link[0], link[1], link[5]});
    }
    return values;
  }

  int head_;
  int nose_;
  int target_;
  int light_;
  int velocities_;  // where the links' velocities begin among the sensor values; nothing comes after them
  double target_radius_;
};

}  // namespace

std::vector<SuiteTask> swimmer_tasks() {
  return {{.spec = {.name = "swimmer_swimmer6",
                    .domain = "swimmer",
                    .goal = "swim to a target as a chain of six links",
                    .default_action_repeat = 4,  // not among PlaNet's tasks
                    .step_limit = 1000,
                    .action_size = 5,
                    .sensors = {image_sensor(), vector_sensor("proprioception", 5), vector_sensor("state", 25),
                                vector_sensor("position", 7)}},
           .scene = "swimmer",
           .sub_steps = 15,
           .make = [](const mjModel& model) { return std::make_unique<Swimmer>(model); }}};
}

}  // namespace vrkn::env
