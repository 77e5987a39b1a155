#include <cmath>
#include <numbers>

#include "vrkn/env/suite/domains.h"
#include "vrkn/env/suite/draw_without_contact.h"
#include "vrkn/env/suite/randomise_joints.h"

namespace vrkn::env {
namespace {

// A point of the plane in which all moves (m).
struct PlanePoint {
  double x, z;
};

PlanePoint operator-(PlanePoint a, PlanePoint b) {
  return {a.x - b.x, a.z - b.z};
}

PlanePoint place(const double* positions, int id) {
  return {positions[3 * id], positions[3 * id + 2]};
}

// Joints: proximal and distal of the finger, the spinner's hinge (rad).
class Finger : public Task {
 public:
  explicit Finger(const mjModel& model)
      : hinge_(mj_name2id(&model, mjOBJ_JOINT, "hinge")),
        spinner_(mj_name2id(&model, mjOBJ_BODY, "spinner")),
        tip_(mj_name2id(&model, mjOBJ_SITE, "tip")),
        target_(mj_name2id(&model, mjOBJ_SITE, "target")),
        touch_top_(model.sensor_adr[mj_name2id(&model, mjOBJ_SENSOR, "touchtop")]),
        touch_bottom_(model.sensor_adr[mj_name2id(&model, mjOBJ_SENSOR, "touchbottom")]) {}

  std::vector<Component> observe(const Physics& physics) const override {
    const mjData& data = physics.data();
    const PlanePoint tip = from_spinner(data, tip_);
    const double* force = data.sensordata;
    return {{"position", Quantity::kPosition, {data.qpos[0], data.qpos[1], tip.x, tip.z}},
            {"velocity", Quantity::kVelocity, {data.qvel[0], data.qvel[1], data.qvel[2]}},
            {"touch", Quantity::kForce, {std::log1p(force[touch_top_]), std::log1p(force[touch_bottom_])}}};
  }

  std::vector<double> proprioception(const Physics& physics) const override {
    return {physics.data().qpos[0], physics.data().qpos[1]};
  }

 protected:
  PlanePoint from_spinner(const mjData& data, int site) const {
    return place(data.site_xpos, site) - place(data.xpos, spinner_);
  }

  int hinge_, spinner_, tip_, target_;

 private:
  int touch_top_, touch_bottom_;
};

// The marks are of no use here, so they are hidden; the spinner turns more easily than in the other tasks.
class Spin final : public Finger {
 public:
  using Finger::Finger;

  void initialise(Physics& physics, ScalarGenerator& random) const override {
    mjModel& model = physics.editable_model();
    model.site_rgba[4 * target_ + 3] = 0.0f;
    model.site_rgba[4 * tip_ + 3] = 0.0f;
    model.dof_damping[model.jnt_dofadr[hinge_]] = 0.03;
    draw_without_contact(physics, [&] { randomise_joints(physics, random); });
  }

  double reward(const Physics& physics) const override {
    constexpr double kFast = 15.0;  // rad/s
    return physics.data().qvel[2] <= -kFast ? 1.0 : 0.0;
  }
};

// The target lies on the circle that the spinner's tip runs on.
class Turn final : public Finger {
 public:
  Turn(const mjModel& model, double target_radius)
      : Finger(model), target_radius_(target_radius), cap_(mj_name2id(&model, mjOBJ_GEOM, "cap1")) {}

  void initialise(Physics& physics, ScalarGenerator& random) const override {
    mjModel& model = physics.editable_model();
    const double angle_rad = random.uniform(-std::numbers::pi, std::numbers::pi);
    const double* size = model.geom_size + 3 * cap_;
    const double reach = size[0] + size[1] + size[2];
    const PlanePoint axle = place(physics.data().xanchor, hinge_);
    model.site_pos[3 * target_] = axle.x + reach * std::sin(angle_rad);
    model.site_pos[3 * target_ + 2] = axle.z + reach * std::cos(angle_rad);
    model.site_size[3 * target_] = target_radius_;
    draw_without_contact(physics, [&] { randomise_joints(physics, random); });
  }

  std::vector<Component> observe(const Physics& physics) const override {
    std::vector<Component> all = Finger::observe(physics);
    const PlanePoint target = from_spinner(physics.data(), target_);
    all.push_back({"target_position", Quantity::kPosition, {target.x, target.z}});
    all.push_back({"dist_to_target", Quantity::kPosition, {distance(physics)}});
    return all;
  }

  double reward(const Physics& physics) const override { return distance(physics) <= 0.0 ? 1.0 : 0.0; }

 private:
  // Of the tip to the target's edge, negative inside.
  double distance(const Physics& physics) const {
    const mjData& data = physics.data();
    const PlanePoint way = from_spinner(data, target_) - from_spinner(data, tip_);
    return std::sqrt(way.x * way.x + way.z * way.z) - physics.model().site_size[3 * target_];
  }

  double target_radius_;
  int cap_;
};

SuiteTask finger_task(std::string name, std::string goal, int64_t state_size, int64_t position_size) {
  return {.spec = {.name = std::move(name),
                   .domain = "finger",
                   .goal = std::move(goal),
                   .default_action_repeat = 2,
                   .step_limit = 1000,
                   .action_size = 2,
                   .sensors = {image_sensor(), vector_sensor("proprioception", 2), vector_sensor("state", state_size),
                               vector_sensor("position", position_size)}},
          .scene = "finger",
          .sub_steps = 2};
}

SuiteTask spin() {
  SuiteTask task = finger_task("finger_spin", "push a spinner so that it keeps turning fast", 9, 4);
  task.make = [](const mjModel& model) { return std::make_unique<Spin>(model); };
  return task;
}

SuiteTask turn(std::string name, std::string goal, double target_radius) {
  SuiteTask task = finger_task(std::move(name), std::move(goal), 12, 7);
  task.make = [=](const mjModel& model) { return std::make_unique<Turn>(model, target_radius); };
  return task;
}

}  // namespace

std::vector<SuiteTask> finger_tasks() {
  return {spin(), turn("finger_turn_easy", "turn a spinner until its tip is in a large target", 0.07),
          turn("finger_turn_hard", "the same, with a small target", 0.03)};
}

}  // namespace vrkn::env
