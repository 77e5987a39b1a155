#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "tests/support/distribution.h"
#include "tests/support/plane_geometry.h"
#include "tests/support/suite_stage.h"
#include "vrkn/env/mujoco/model_field.h"

namespace vrkn::env::finger_test {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kReach = 110.0 * kPi / 180.0;         // of either joint of the finger
const std::vector<double> kClear = {-1.0, -1.0, 0.4};  // a pose in which nothing touches

struct TurnCase {
  const char* task;
  double target_radius;
};
constexpr TurnCase kTurns[] = {{"finger_turn_easy", 0.07}, {"finger_turn_hard", 0.03}};

int site(Stage& stage, const char* name) {
  return mj_name2id(&stage.physics().model(), mjOBJ_SITE, name);
}

void put_target(Stage& stage, double x, double z) {
  write_model_field(stage.physics().editable_model(), "site_pos", site(stage, "target"), std::vector{x, 0.0, z});
}

TEST(Finger, ObservesJointsAndTheSpinnersTip) {
  for (const char* name : {"finger_spin", "finger_turn_easy", "finger_turn_hard"}) {
    Stage stage(name);
    stage.at(kClear, {1.0, 2.0, 3.0});
    const std::vector<double> position = stage.observed("position");
    ASSERT_EQ(position.size(), 4u);
    EXPECT_NEAR(position[0], kClear[0], 1e-12);
    EXPECT_NEAR(position[1], kClear[1], 1e-12);
    EXPECT_NEAR(position[2], -0.13 * std::sin(kClear[2]), 1e-12);
    EXPECT_NEAR(position[3], 0.13 * std::cos(kClear[2]), 1e-12);
    EXPECT_EQ(stage.observed("velocity"), (std::vector{1.0, 2.0, 3.0}));
    EXPECT_EQ(stage.observed("touch"), (std::vector{0.0, 0.0}));
    EXPECT_EQ(stage.proprioception(), (std::vector{kClear[0], kClear[1]}));
  }
}

TEST(Finger, WhatTheSuiteReadsFromSensorsIsWhatIsRead) {
  Stage stage("finger_turn_easy");
  stage.environment().begin(5);
  for (int t = 0; t < 50; ++t) {
    stage.environment().advance(std::vector{std::sin(0.3 * t), std::cos(0.2 * t)});
    const mjModel& model = stage.physics().model();
    const auto sensor = [&](const char* name, int axis = 0) {
      return stage.physics().data().sensordata[model.sensor_adr[mj_name2id(&model, mjOBJ_SENSOR, name)] + axis];
    };
    const double tip[] = {sensor("tip", 0) - sensor("spinner", 0), sensor("tip", 2) - sensor("spinner", 2)};
    const double target[] = {sensor("target", 0) - sensor("spinner", 0), sensor("target", 2) - sensor("spinner", 2)};
    EXPECT_EQ(stage.observed("position"), (std::vector{sensor("proximal"), sensor("distal"), tip[0], tip[1]}));
    EXPECT_EQ(stage.observed("velocity"),
              (std::vector{sensor("proximal_velocity"), sensor("distal_velocity"), sensor("hinge_velocity")}));
    EXPECT_EQ(stage.observed("target_position"), (std::vector{target[0], target[1]}));
    EXPECT_EQ(stage.observed("touch"),
              (std::vector{std::log1p(sensor("touchtop")), std::log1p(sensor("touchbottom"))}));
  }
}

TEST(Finger, FeelsOnWhichSideItPushes) {
  Stage stage("finger_spin");
  // The spinner lies level. First the fingertip, pointing to the right, is under its end, then upright in front of it.
  stage.at({-0.7, 1.0, kPi / 2.0});
  EXPECT_GT(stage.observed("touch").at(0), 1.0);
  EXPECT_EQ(stage.observed("touch").at(1), 0.0);
  stage.at({-0.7, 1.5, kPi / 2.0});
  EXPECT_EQ(stage.observed("touch").at(0), 0.0);
  EXPECT_GT(stage.observed("touch").at(1), 1.0);
}

TEST(Finger, SpinningFastOneWayIsRewarded) {
  Stage stage("finger_spin");
  EXPECT_EQ(stage.at(kClear, {0.0, 0.0, -15.0}).reward(), 1.0);
  EXPECT_EQ(stage.at(kClear, {0.0, 0.0, -30.0}).reward(), 1.0);
  EXPECT_EQ(stage.at(kClear, {0.0, 0.0, -14.999999}).reward(), 0.0);
  EXPECT_EQ(stage.at(kClear, {-20.0, -20.0, 15.0}).reward(), 0.0);
}

TEST(Finger, TurningIsRewardedWhenTheTipIsInTheTarget) {
  for (const auto& [task, target_radius] : kTurns) {
    Stage stage(task);
    stage.environment().begin(1);  // sets the target's size
    const double hinge_rad = -0.6;
    const double tip_x = 0.2 - 0.13 * std::sin(hinge_rad), tip_z = 0.4 + 0.13 * std::cos(hinge_rad);
    for (const double angle_rad : {0.3, 2.0, 4.0, 6.0}) {
      for (const double to_edge : {-target_radius, -1e-9, 1e-9, 0.1}) {
        const double away = target_radius + to_edge;
        const double x = tip_x + away * std::cos(angle_rad), z = tip_z + away * std::sin(angle_rad);
        put_target(stage, x, z);
        stage.at({kClear[0], kClear[1], hinge_rad}, {5.0, 5.0, 5.0});
        EXPECT_EQ(stage.reward(), to_edge <= 0.0 ? 1.0 : 0.0);
        EXPECT_NEAR(stage.observed("dist_to_target").at(0), to_edge, 1e-12);
        EXPECT_NEAR(stage.observed("target_position").at(0), x - 0.2, 1e-12);
        EXPECT_NEAR(stage.observed("target_position").at(1), z - 0.4, 1e-12);
      }
    }
  }
}

// Whether the fingertip and one of the spinner's two caps overlap: the only shapes that can. The links hang down from
// their joints at proximal = -90 deg and turn towards +x; the spinner turns from +z towards -x.
bool touches_the_spinner(double proximal_rad, double distal_rad, double hinge_rad) {
  const auto along = [](Point from, double angle_rad, double length) {
    return Point{from.x + length * std::sin(angle_rad), from.z - length * std::cos(angle_rad)};
  };
  const double upper_rad = proximal_rad + kPi / 2.0, lower_rad = upper_rad + distal_rad;
  const Point knuckle = along({-0.2, 0.4}, upper_rad, 0.18);
  const Segment fingertip = {along(knuckle, lower_rad, 0.13), along(knuckle, lower_rad, 0.161)};
  for (const double side : {-0.02, 0.02}) {
    const Point middle = {0.2 + side * std::cos(hinge_rad), 0.4 + side * std::sin(hinge_rad)};
    const Segment cap = {along(middle, hinge_rad, 0.09), along(middle, hinge_rad, -0.09)};
    if (distance(fingertip, cap) < 0.03 + 0.04) return true;
  }
  return false;
}

// Compared with an independent rejection sampler that knows the shapes only.
TEST(Finger, StartsInAnyPoseWithoutContact) {
  ScalarGenerator random(3);
  std::vector<std::vector<double>> expected(3);
  int draws = 0;
  while (expected[0].size() < 10'000) {
    const double pose[] = {random.uniform(-kReach, kReach), random.uniform(-kReach, kReach), random.uniform(-kPi, kPi)};
    ++draws;
    if (touches_the_spinner(pose[0], pose[1], pose[2])) continue;
    for (size_t k = 0; k < 3; ++k) expected[k].push_back(pose[k]);
  }
  EXPECT_GT(draws, 10'500);  // the condition does matter

  for (const char* name : {"finger_spin", "finger_turn_easy", "finger_turn_hard"}) {
    const auto states = Stage(name).states_over_resets();
    ASSERT_EQ(states.size(), 6u);
    for (size_t k = 0; k < 3; ++k) expect_same_distribution(states[k], expected[k]);
    for (const size_t speed : {3, 4, 5}) EXPECT_EQ(states[speed], std::vector<double>(states[speed].size(), 0.0));
    // Sums see how the joints depend on each other.
    for (const auto& [a, b] : {std::pair{0, 1}, {1, 2}, {0, 2}}) {
      std::vector<double> found_sum, expected_sum;
      for (size_t i = 0; i < expected[0].size(); ++i) {
        found_sum.push_back(states.at(a)[i] + states.at(b)[i]);
        expected_sum.push_back(expected.at(a)[i] + expected.at(b)[i]);
      }
      expect_same_distribution(found_sum, expected_sum);
    }
    for (size_t i = 0; i < states[0].size(); ++i) {
      ASSERT_LE(std::abs(states[0][i]), kReach);
      ASSERT_LE(std::abs(states[1][i]), kReach);
      ASSERT_LE(std::abs(states[2][i]), kPi);
      ASSERT_FALSE(touches_the_spinner(states[0][i], states[1][i], states[2][i]));
    }
  }
}

TEST(Finger, TurningStartsWithTheTargetOnTheTipsCircle) {
  for (const auto& [task, target_radius] : kTurns) {
    Stage stage(task);
    const auto targets = stage.over_resets([&] {
      const mjModel& model = stage.physics().model();
      const int id = site(stage, "target");
      const double* place = model.site_pos + 3 * id;
      EXPECT_EQ(stage.physics().data().site_xpos[3 * id], place[0]);
      EXPECT_NEAR(std::hypot(place[0] - 0.2, place[2] - 0.4), 0.13, 1e-12);
      return std::vector{std::atan2(place[0] - 0.2, place[2] - 0.4), place[1], model.site_size[3 * id],
                         model.dof_damping[2]};
    });
    expect_uniform(targets[0], -kPi, kPi);
    EXPECT_EQ(targets[1], std::vector<double>(targets[1].size(), 0.0));
    EXPECT_EQ(targets[2], std::vector<double>(targets[2].size(), target_radius));
    EXPECT_EQ(targets[3], std::vector<double>(targets[3].size(), 0.5));
    for (const char* mark : {"target", "tip"}) {
      EXPECT_EQ(stage.physics().model().site_rgba[4 * site(stage, mark) + 3], 1.0f);
    }
  }
}

TEST(Finger, SpinningHidesTheMarksAndOilsTheAxle) {
  Stage stage("finger_spin");
  stage.environment().begin(1);
  const mjModel& model = stage.physics().model();
  EXPECT_EQ(model.dof_damping[2], 0.03);
  for (const char* mark : {"target", "tip"}) {
    const float* colour = model.site_rgba + 4 * site(stage, mark);
    EXPECT_EQ(std::vector<float>(colour, colour + 4), (std::vector<float>{0.5f, 0.5f, 0.5f, 0.0f}));
  }
  EXPECT_EQ(load_model("finger")->dof_damping[2], 0.5);  // what others compile is untouched
}

}  // namespace
}  // namespace vrkn::env::finger_test
