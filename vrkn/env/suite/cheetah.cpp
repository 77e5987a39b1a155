#include "vrkn/env/suite/cheetah.h"

#include <limits>

#include "vrkn/env/suite/domains.h"
#include "vrkn/env/suite/tolerance.h"

namespace vrkn::env {
namespace {

constexpr double kRunSpeed = 10.0;  // m/s, from where on the reward is 1
constexpr int64_t kSettlingSteps = 200;

// The half-cheetah of Wawrzynski 2009, with the control suite's figures. Joints: the torso's x, z (m) and pitch (rad),
// then thigh, shin and foot of the back leg and of the front leg (rad).
class Cheetah final : public Task {
 public:
  explicit Cheetah(const mjModel& model)
      : velocity_(model.sensor_adr[mj_name2id(&model, mjOBJ_SENSOR, "torso_subtreelinvel")]) {}

  void initialise(Physics& physics, ScalarGenerator& random) const override {
    draw_cheetah_pose(physics, random);
    settle_cheetah(physics);
  }

  std::vector<Component> observe(const Physics& physics) const override {
    const mjData& data = physics.data();
    return {{"position", Quantity::kPosition, {data.qpos + 1, data.qpos + 9}},
            {"velocity", Quantity::kVelocity, {data.qvel, data.qvel + 9}}};
  }

  std::vector<double> proprioception(const Physics& physics) const override {
    const mjData& data = physics.data();
    return {data.qpos + 3, data.qpos + 9};
  }

  double reward(const Physics& physics) const override {
    return tolerance(physics.data().sensordata[velocity_], {.low = kRunSpeed,
                                                            .high = std::numeric_limits<double>::infinity(),
                                                            .margin = kRunSpeed,
                                                            .value_at_margin = 0.0,
                                                            .falloff = Falloff::kLinear});
  }

 private:
  int velocity_;  // where the velocity of the whole animal's centre of mass begins among the sensor values
};

}  // namespace

void draw_cheetah_pose(Physics& physics, ScalarGenerator& random) {
  const mjModel& model = physics.model();
  for (int joint = 0; joint < model.njnt; ++joint) {
    if (model.jnt_limited[joint] == 0) continue;
    const double* range = model.jnt_range + 2 * joint;
    physics.data().qpos[model.jnt_qposadr[joint]] = random.uniform(range[0], range[1]);
  }
}

void settle_cheetah(Physics& physics) {
  physics.step(kSettlingSteps);
  physics.data().time = 0.0;
}

std::vector<SuiteTask> cheetah_tasks() {
  return {{.spec = {.name = "cheetah_run",
                    .domain = "cheetah",
                    .goal = "run forward on two legs, as fast as 10 m/s",
                    .default_action_repeat = 4,
                    .step_limit = 1000,
                    .action_size = 6,
                    .sensors = {image_sensor(), vector_sensor("proprioception", 6), vector_sensor("state", 17),
                                vector_sensor("position", 8)}},
           .scene = "cheetah",
           .sub_steps = 1,
           .make = [](const mjModel& model) { return std::make_unique<Cheetah>(model); }}};
}

}  // namespace vrkn::env
