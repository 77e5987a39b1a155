#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "tests/support/distribution.h"
#include "tests/support/suite_stage.h"
#include "vrkn/env/mujoco/model_field.h"

namespace vrkn::env::reacher_test {
namespace {

constexpr double kPi = std::numbers::pi;

struct ReacherCase {
  const char* task;
  double target_radius;
};
constexpr ReacherCase kCases[] = {{"reacher_easy", 0.05}, {"reacher_hard", 0.015}};

int target(Stage& stage) {
  return mj_name2id(&stage.physics().model(), mjOBJ_GEOM, "target");
}

void put_target(Stage& stage, double x, double y) {
  write_model_field(stage.physics().editable_model(), "geom_pos", target(stage), std::vector{x, y, 0.01});
}

TEST(Reacher, ObservesJointsAndTheWayToTheTarget) {
  Stage stage("reacher_easy");
  put_target(stage, -0.06, 0.11);
  const double shoulder_rad = 2.1, wrist_rad = -0.8;
  stage.at({shoulder_rad, wrist_rad}, {1.0, -2.0});
  EXPECT_EQ(stage.observed("position"), (std::vector{shoulder_rad, wrist_rad}));
  EXPECT_EQ(stage.observed("velocity"), (std::vector{1.0, -2.0}));
  EXPECT_EQ(stage.proprioception(), (std::vector{shoulder_rad, wrist_rad}));
  const std::vector<double> way = stage.observed("to_target");
  ASSERT_EQ(way.size(), 2u);
  EXPECT_NEAR(way[0], -0.06 - 0.12 * (std::cos(shoulder_rad) + std::cos(shoulder_rad + wrist_rad)), 1e-12);
  EXPECT_NEAR(way[1], 0.11 - 0.12 * (std::sin(shoulder_rad) + std::sin(shoulder_rad + wrist_rad)), 1e-12);
}

TEST(Reacher, IsRewardedWhenFingerAndTargetTouch) {
  for (const auto& [task, target_radius] : kCases) {
    Stage stage(task);
    stage.environment().begin(1);  // sets the target's size
    const double reach = target_radius + 0.01;
    for (const double angle_rad : {0.3, 2.0, 4.0, 6.0}) {
      // The stretched arm's finger is at (0.24, 0).
      const auto reward_at = [&](double distance) {
        put_target(stage, 0.24 + distance * std::cos(angle_rad), distance * std::sin(angle_rad));
        return stage.at({0.0, 0.0}, {5.0, 5.0}, {1.0, 1.0}).reward();
      };
      EXPECT_EQ(reward_at(0.0), 1.0);
      EXPECT_EQ(reward_at(reach - 1e-9), 1.0);
      EXPECT_EQ(reward_at(reach + 1e-9), 0.0);
      EXPECT_EQ(reward_at(0.2), 0.0);
    }
  }
}

TEST(Reacher, StartsAnywhereWithTheTargetInARing) {
  for (const auto& [task, target_radius] : kCases) {
    Stage stage(task);
    const auto starts = stage.over_resets([&] {
      const mjData& data = stage.physics().data();
      const double* place = stage.physics().model().geom_pos + 3 * target(stage);
      const double* size = stage.physics().model().geom_size + 3 * target(stage);
      EXPECT_EQ(data.geom_xpos[3 * target(stage)], place[0]);
      return std::vector{data.qpos[0],
                         data.qpos[1],
                         std::atan2(place[0], place[1]),
                         std::hypot(place[0], place[1]),
                         data.qvel[0],
                         data.qvel[1],
                         place[2],
                         size[0]};
    });
    expect_uniform(starts[0], -kPi, kPi);
    expect_uniform(starts[1], -160.0 * kPi / 180.0, 160.0 * kPi / 180.0);
    expect_uniform(starts[2], -kPi, kPi);
    expect_uniform(starts[3], 0.05, 0.20);
    const std::vector<double> constants = {0.0, 0.0, 0.01, target_radius};
    for (size_t k = 0; k < 4; ++k) {
      EXPECT_EQ(starts[4 + k], std::vector<double>(starts[4 + k].size(), constants[k]));
    }
  }
}

TEST(Reacher, EverySimulationHasATargetOfItsOwn) {
  Stage first("reacher_easy"), second("reacher_hard");
  first.environment().begin(1);
  const double x = first.physics().model().geom_pos[3 * target(first)];
  second.environment().begin(2);
  EXPECT_EQ(first.physics().model().geom_pos[3 * target(first)], x);
  EXPECT_EQ(first.physics().model().geom_size[3 * target(first)], 0.05);
}

}  // namespace
}  // namespace vrkn::env::reacher_test
