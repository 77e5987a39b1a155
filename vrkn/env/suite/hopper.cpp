#include <array>
#include <cmath>
#include <limits>

#include "vrkn/env/suite/domains.h"
#include "vrkn/env/suite/randomise_joints.h"
#include "vrkn/env/suite/tolerance.h"

namespace vrkn::env {
namespace {

enum class Goal { kStand, kHop };

constexpr double kHopSpeed = 2.0;  // m/s, from where on hopping is rewarded in full

// The planar hopper of Lillicrap et al. 2015, with the control suite's figures. Joints: the torso's x, z (m) and pitch
// (rad), then waist, hip, knee and ankle (rad).
template <Goal kGoal>
class Hopper final : public Task {
 public:
  explicit Hopper(const mjModel& model)
      : torso_(mj_name2id(&model, mjOBJ_BODY, "torso")),
        foot_(mj_name2id(&model, mjOBJ_BODY, "foot")),
        velocity_(sensor(model, "torso_subtreelinvel")),
        touch_{sensor(model, "touch_toe"), sensor(model, "touch_heel")} {}

  void initialise(Physics& physics, ScalarGenerator& random) const override { randomise_joints(physics, random); }

  std::vector<Component> observe(const Physics& physics) const override {
    const mjData& data = physics.data();
    const std::array pressure = touch(data);
    return {{"position", Quantity::kPosition, {data.qpos + 1, data.qpos + 7}},
            {"velocity", Quantity::kVelocity, {data.qvel, data.qvel + 7}},
            {"touch", Quantity::kForce, {pressure.begin(), pressure.end()}}};
  }

  std::vector<double> proprioception(const Physics& physics) const override {
    const mjData& data = physics.data();
    std::vector<double> values(data.qpos + 3, data.qpos + 7);
    const std::array pressure = touch(data);
    values.insert(values.end(), pressure.begin(), pressure.end());
    return values;
  }

  double reward(const Physics& physics) const override {
    const mjData& data = physics.data();
    // Between the centres of mass of torso and foot.
    const double height = data.xipos[3 * torso_ + 2] - data.xipos[3 * foot_ + 2];
    const double standing = tolerance(height, {.low = 0.6, .high = 2.0});
    if constexpr (kGoal == Goal::kHop) {
      return standing * tolerance(data.sensordata[velocity_], {.low = kHopSpeed,
                                                               .high = std::numeric_limits<double>::infinity(),
                                                               .margin = kHopSpeed / 2.0,
                                                               .value_at_margin = 0.5,
                                                               .falloff = Falloff::kLinear});
    } else {
      const auto actuators = static_cast<int>(physics.model().nu);
      double effort = 0.0;
      for (int i = 0; i < actuators; ++i) {
        effort += tolerance(data.ctrl[i], {.margin = 1.0, .value_at_margin = 0.0, .falloff = Falloff::kQuadratic});
      }
      const double gentle = (effort / actuators + 4.0) / 5.0;
      return standing * gentle;
    }
  }

 private:
  static int sensor(const mjModel& model, const char* name) {
    return model.sensor_adr[mj_name2id(&model, mjOBJ_SENSOR, name)];
  }

  // The forces (N) under toe and heel, on a logarithmic scale. They belong to the physics step before the last one:
  // forces are computed in a step, from where it begins.
  std::array<double, 2> touch(const mjData& data) const {
    return {std::log1p(data.sensordata[touch_[0]]), std::log1p(data.sensordata[touch_[1]])};
  }

  int torso_;
  int foot_;
  int velocity_;  // where the velocity of the whole robot's centre of mass begins among the sensor values
  std::array<int, 2> touch_;
};

template <Goal kGoal>
SuiteTask hopper_task(std::string name, std::string goal) {
  return {.spec = {.name = std::move(name),
                   .domain = "hopper",
                   .goal = std::move(goal),
                   .default_action_repeat = 2,
                   .step_limit = 1000,
                   .action_size = 4,
                   .sensors = {image_sensor(), vector_sensor("proprioception", 6), vector_sensor("state", 15),
                               vector_sensor("position", 6)}},
          .scene = "hopper",
          .sub_steps = 4,
          .make = [](const mjModel& model) { return std::make_unique<Hopper<kGoal>>(model); }};
}

}  // namespace

std::vector<SuiteTask> hopper_tasks() {
  return {hopper_task<Goal::kStand>("hopper_stand", "get up on one leg and stand"),
          hopper_task<Goal::kHop>("hopper_hop", "get up on one leg and hop forward at 2 m/s")};
}

}  // namespace vrkn::env
