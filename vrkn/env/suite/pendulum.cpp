#include <cmath>
#include <numbers>

#include "vrkn/env/suite/domains.h"
#include "vrkn/env/suite/randomise_joints.h"
#include "vrkn/env/suite/tolerance.h"

namespace vrkn::env {
namespace {

// Joint: the pole's angle (rad, 0 upright).
class Pendulum final : public Task {
 public:
  explicit Pendulum(const mjModel& model) : pole_(mj_name2id(&model, mjOBJ_BODY, "pole")) {}

  void initialise(Physics& physics, ScalarGenerator& random) const override { randomise_joints(physics, random); }

  std::vector<Component> observe(const Physics& physics) const override {
    return {{"orientation", Quantity::kPosition, proprioception(physics)},
            {"velocity", Quantity::kVelocity, {physics.data().qvel[0]}}};
  }

  // Cosine and sine of the angle, off the pole's orientation.
  std::vector<double> proprioception(const Physics& physics) const override {
    const double* xmat = physics.data().xmat + 9 * pole_;
    return {xmat[8], xmat[2]};
  }

  double reward(const Physics& physics) const override {
    constexpr double kUprightRad = 8.0 * std::numbers::pi / 180.0;
    return tolerance(physics.data().xmat[9 * pole_ + 8], {.low = std::cos(kUprightRad), .high = 1.0});
  }

 private:
  int pole_;
};

}  // namespace

std::vector<SuiteTask> pendulum_tasks() {
  return {{.spec = {.name = "pendulum_swingup",
                    .domain = "pendulum",
                    .goal = "swing a pole up with a weak motor and keep it upright",
                    .default_action_repeat = 2,
                    .step_limit = 1000,
                    .action_size = 1,
                    .sensors = {image_sensor(), vector_sensor("proprioception", 2), vector_sensor("state", 3),
                                vector_sensor("position", 2)}},
           .scene = "pendulum",
           .sub_steps = 1,
           .make = [](const mjModel& model) { return std::make_unique<Pendulum>(model); }}};
}

}  // namespace vrkn::env
