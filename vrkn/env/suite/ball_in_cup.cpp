#include <cmath>

#include "vrkn/env/suite/domains.h"
#include "vrkn/env/suite/draw_without_contact.h"

namespace vrkn::env {
namespace {

// Joints: the cup's place, then the ball's, x and z each (m). The cup is at (x, 0.6 + z), the ball at (x, 0.2 + z).
class BallInCup final : public Task {
 public:
  explicit BallInCup(const mjModel& model)
      : target_(mj_name2id(&model, mjOBJ_SITE, "target")),
        ball_(mj_name2id(&model, mjOBJ_BODY, "ball")),
        ball_shape_(mj_name2id(&model, mjOBJ_GEOM, "ball")) {}

  void initialise(Physics& physics, ScalarGenerator& random) const override {
    draw_without_contact(physics, [&] {
      physics.position()[2] = random.uniform(-0.2, 0.2);
      physics.position()[3] = random.uniform(0.2, 0.5);
    });
  }

  std::vector<Component> observe(const Physics& physics) const override {
    const mjData& data = physics.data();
    return {{"position", Quantity::kPosition, {data.qpos, data.qpos + 4}},
            {"velocity", Quantity::kVelocity, {data.qvel, data.qvel + 4}}};
  }

  std::vector<double> proprioception(const Physics& physics) const override {
    return {physics.data().qpos[0], physics.data().qpos[1]};
  }

  double reward(const Physics& physics) const override {
    return inside_along(physics, 0) && inside_along(physics, 2) ? 1.0 : 0.0;
  }

 private:
  // Whether the whole ball is between the cup's walls along an axis.
  bool inside_along(const Physics& physics, int axis) const {
    const double away = physics.data().site_xpos[3 * target_ + axis] - physics.data().xpos[3 * ball_ + axis];
    const double room = physics.model().site_size[3 * target_ + axis] - physics.model().geom_size[3 * ball_shape_];
    return std::abs(away) < room;
  }

  int target_, ball_, ball_shape_;
};

}  // namespace

std::vector<SuiteTask> ball_in_cup_tasks() {
  return {{.spec = {.name = "ball_in_cup_catch",
                    .domain = "ball_in_cup",
                    .goal = "swing a ball on a string into a cup",
                    .default_action_repeat = 4,
                    .step_limit = 1000,
                    .action_size = 2,
                    .sensors = {image_sensor(), vector_sensor("proprioception", 2), vector_sensor("state", 8),
                                vector_sensor("position", 4)}},
           .scene = "ball_in_cup",
           .sub_steps = 10,
           .make = [](const mjModel& model) { return std::make_unique<BallInCup>(model); }}};
}

}  // namespace vrkn::env
