#include <limits>

#include "vrkn/env/suite/domains.h"
#include "vrkn/env/suite/randomise_joints.h"
#include "vrkn/env/suite/tolerance.h"

namespace vrkn::env {
namespace {

constexpr double kStandHeight = 1.2;  // m, of the torso's middle

// The planar walker of Lillicrap et al. 2015, with the control suite's figures. Joints: the torso's z, x (m) and pitch
// (rad), then hip, knee and ankle of the right leg and of the left leg (rad). `speed` in m/s is what is asked for; 0
// asks for no more than to stand, whatever the speed.
class Walker final : public Task {
 public:
  Walker(const mjModel& model, double speed)
      : torso_(mj_name2id(&model, mjOBJ_BODY, "torso")),
        velocity_(model.sensor_adr[mj_name2id(&model, mjOBJ_SENSOR, "torso_subtreelinvel")]),
        speed_(speed) {}

  void initialise(Physics& physics, ScalarGenerator& random) const override { randomise_joints(physics, random); }

  std::vector<Component> observe(const Physics& physics) const override {
    const mjData& data = physics.data();
    return {{"orientations", Quantity::kPosition, orientations(physics)},
            {"height", Quantity::kPosition, {height(data)}},
            {"velocity", Quantity::kVelocity, {data.qvel, data.qvel + 9}}};
  }

  std::vector<double> proprioception(const Physics& physics) const override { return orientations(physics); }

  double reward(const Physics& physics) const override {
    const mjData& data = physics.data();
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    const double high_enough = tolerance(height(data), {.low = kStandHeight, .high = kInfinity, .margin = 0.6});
    const double upright = (1.0 + data.xmat[9 * torso_ + 8]) / 2.0;
    const double standing = (3.0 * high_enough + upright) / 4.0;
    if (speed_ == 0.0) return standing;
    const double moving = tolerance(data.sensordata[velocity_], {.low = speed_,
                                                                 .high = kInfinity,
                                                                 .margin = speed_ / 2.0,
                                                                 .value_at_margin = 0.5,
                                                                 .falloff = Falloff::kLinear});
    return standing * (5.0 * moving + 1.0) / 6.0;
  }

 private:
  // Cosine and sine of the pitch of every body, the torso first.
  static std::vector<double> orientations(const Physics& physics) {
    std::vector<double> values;
    for (int body = 1; body < physics.model().nbody; ++body) {
      const double* rotation = physics.data().xmat + 9 * body;
      values.insert(values.end(), {rotation[0], rotation[2]});
    }
    return values;
  }
  double height(const mjData& data) const { return data.xpos[3 * torso_ + 2]; }

  int torso_;
  int velocity_;  // where the velocity of the whole robot's centre of mass begins among the sensor values
  double speed_;
};

SuiteTask walker_task(std::string name, std::string goal, double speed) {
  return {.spec = {.name = std::move(name),
                   .domain = "walker",
                   .goal = std::move(goal),
                   .default_action_repeat = 2,
                   .step_limit = 1000,
                   .action_size = 6,
                   .sensors = {image_sensor(), vector_sensor("proprioception", 14), vector_sensor("state", 24),
                               vector_sensor("position", 15)}},
          .scene = "walker",
          .sub_steps = 10,
          .make = [=](const mjModel& model) { return std::make_unique<Walker>(model, speed); }};
}

}  // namespace

std::vector<SuiteTask> walker_tasks() {
  return {walker_task("walker_stand", "get up on two legs and stand", 0.0),
          walker_task("walker_walk", "get up on two legs and walk at 1 m/s", 1.0),
          walker_task("walker_run", "get up on two legs and run at 8 m/s", 8.0)};
}

}  // namespace vrkn::env
