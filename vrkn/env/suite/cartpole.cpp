#include <numbers>

#include "vrkn/env/suite/domains.h"
#include "vrkn/env/suite/tolerance.h"

namespace vrkn::env {
namespace {

enum class Start { kUpright, kHanging };
enum class Reward { kSmooth, kSparse };

// Barto, Sutton and Anderson 1983, with the control suite's figures. Joints: the cart's place on the rail (m) and the
// pole's angle (rad, 0 upright).
template <Start kStart, Reward kReward>
class Cartpole final : public Task {
 public:
  explicit Cartpole(const mjModel& model) : pole_(mj_name2id(&model, mjOBJ_BODY, "pole_1")) {}

  void initialise(Physics& physics, ScalarGenerator& random) const override {
    if constexpr (kStart == Start::kUpright) {
      physics.position()[0] = random.uniform(-0.1, 0.1);
      physics.position()[1] = random.uniform(-0.034, 0.034);
    } else {
      physics.position()[0] = 0.01 * random.normal();
      physics.position()[1] = std::numbers::pi + 0.01 * random.normal();
    }
    for (double& velocity : physics.velocity()) velocity = 0.01 * random.normal();
  }

  std::vector<Component> observe(const Physics& physics) const override {
    const mjData& data = physics.data();
    return {{"position", Quantity::kPosition, {data.qpos[0], cosine(data), sine(data)}},
            {"velocity", Quantity::kVelocity, {data.qvel[0], data.qvel[1]}}};
  }

  std::vector<double> proprioception(const Physics& physics) const override { return {physics.data().qpos[0]}; }

  double reward(const Physics& physics) const override {
    const mjData& data = physics.data();
    const double cart = data.qpos[0];
    if constexpr (kReward == Reward::kSparse) {
      return tolerance(cart, {.low = -0.25, .high = 0.25}) * tolerance(cosine(data), {.low = 0.995, .high = 1.0});
    } else {
      const double upright = (cosine(data) + 1.0) / 2.0;
      const double centred = (1.0 + tolerance(cart, {.margin = 2.0})) / 2.0;
      const double effort =
          tolerance(data.ctrl[0], {.margin = 1.0, .value_at_margin = 0.0, .falloff = Falloff::kQuadratic});
      const double gentle = (4.0 + effort) / 5.0;
      const double slow = (1.0 + tolerance(data.qvel[1], {.margin = 5.0})) / 2.0;
      return upright * centred * gentle * slow;
    }
  }

 private:
  // Read off the pole's orientation, as the suite does, and not off its angle: the last digits differ.
  double cosine(const mjData& data) const { return data.xmat[9 * pole_ + 8]; }
  double sine(const mjData& data) const { return data.xmat[9 * pole_ + 2]; }

  int pole_;
};

template <Start kStart, Reward kReward>
SuiteTask cartpole_task(std::string name, std::string goal) {
  return {.spec = {.name = std::move(name),
                   .domain = "cartpole",
                   .goal = std::move(goal),
                   .default_action_repeat = 8,
                   .step_limit = 1000,
                   .action_size = 1,
                   .sensors = {image_sensor(), vector_sensor("proprioception", 1), vector_sensor("state", 5),
                               vector_sensor("position", 3)}},
          .scene = "cartpole",
          .sub_steps = 1,
          .make = [](const mjModel& model) -> std::unique_ptr<Task> {
            return std::make_unique<Cartpole<kStart, kReward>>(model);
          }};
}

}  // namespace

std::vector<SuiteTask> cartpole_tasks() {
  return {cartpole_task<Start::kUpright, Reward::kSmooth>("cartpole_balance", "keep a pole upright on a cart"),
          cartpole_task<Start::kUpright, Reward::kSparse>("cartpole_balance_sparse",
                                                          "the same, reward only when all is right"),
          cartpole_task<Start::kHanging, Reward::kSmooth>("cartpole_swingup",
                                                          "swing a hanging pole up and keep it upright"),
          cartpole_task<Start::kHanging, Reward::kSparse>("cartpole_swingup_sparse",
                                                          "the same, reward only when all is right")};
}

}  // namespace vrkn::env
