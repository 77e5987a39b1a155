#include <array>
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "tests/support/distribution.h"
#include "tests/support/suite_stage.h"
#include "tests/support/values.h"

namespace vrkn::env::hopper_test {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kPhysicsStep = 0.005;  // s, four to a control step

const std::vector<double> kStraight(7);

// The straight pose with the sole `depth` m in the floor. At zero the foot, 4 cm in radius, has its axis 10 cm above
// it.
std::vector<double> on_the_floor(double depth) {
  return {0.0, -0.06 - depth, 0.0, 0.0, 0.0, 0.0, 0.0};
}

// The forces under toe and heel, summed over the contacts of foot and floor inside their balls of 5 cm.
std::vector<double> pressure_of_contacts(const Physics& physics) {
  const mjModel& model = physics.model();
  const mjData& data = physics.data();
  std::vector<double> sums;
  for (const char* name : {"touch_toe", "touch_heel"}) {
    const double* centre = data.site_xpos + 3 * mj_name2id(&model, mjOBJ_SITE, name);
    double sum = 0.0;
    for (int i = 0; i < data.ncon; ++i) {
      const mjContact& contact = data.contact[i];
      const double distance =
          std::hypot(contact.pos[0] - centre[0], contact.pos[1] - centre[1], contact.pos[2] - centre[2]);
      std::array<double, 6> force{};
      mj_contactForce(&model, &data, i, force.data());
      if (distance < 0.05) sum += force[0];
    }
    sums.push_back(sum);
  }
  return sums;
}

TEST(Hopper, SeesAllButItsPlaceAndWhatTheFootFeels) {
  Stage stage("hopper_hop");
  const std::vector<double> position = {9, 1, 0.2, 0.3, -0.4, 0.5, 0.6};
  const std::vector<double> velocity = {1, 2, 3, 4, 5, 6, 7};
  stage.at(position, velocity);
  const std::vector<Component> all = stage.task().observe(stage.physics());
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].name, "position");
  EXPECT_EQ(all[0].values, std::vector<double>(position.begin() + 1, position.end()));
  EXPECT_EQ(all[1].name, "velocity");
  EXPECT_EQ(all[1].values, velocity);
  EXPECT_EQ(all[2].name, "touch");
  EXPECT_EQ(all[2].quantity, Quantity::kForce);
  EXPECT_EQ(all[2].values, std::vector<double>(2));  // in the air
  EXPECT_EQ(stage.proprioception(), (std::vector<double>{0.3, -0.4, 0.5, 0.6, 0.0, 0.0}));
}

TEST(Hopper, TouchIsTheLogarithmOfTheForcesUnderToeAndHeel) {
  Stage stage("hopper_hop");
  std::vector<double> pose = on_the_floor(0.01);
  for (const double pitch : {0.0, 0.05, -0.05}) {
    pose[2] = pitch;
    stage.at(pose);
    const std::vector<double> forces = pressure_of_contacts(stage.physics());
    expect_near({std::log(1.0 + forces[0]), std::log(1.0 + forces[1])}, stage.observed("touch"), 1e-9);
    EXPECT_GT(forces[0] + forces[1], 1.0);
    if (pitch != 0.0) {  // leaning forward presses the toe, backward the heel
      EXPECT_EQ(forces[0] > forces[1], pitch > 0.0);
    }
    const std::vector<double> felt = stage.proprioception();
    EXPECT_EQ(std::vector<double>(felt.end() - 2, felt.end()), stage.observed("touch"));
  }
}

TEST(Hopper, TouchAfterAStepIsThatOfThePhysicsStepBefore) {
  Stage stage("hopper_hop"), earlier("hopper_hop");
  const std::vector<double> action = {0.3, -0.2, 0.5, 0.1};
  stage.at(on_the_floor(0.002)).environment().advance(action);
  earlier.at(on_the_floor(0.002), {}, action).physics().step(3);
  EXPECT_NEAR(stage.physics().data().time - earlier.physics().data().time, kPhysicsStep, 1e-12);

  // The forces of the last physics step, computed where it begins.
  const mjModel& model = earlier.physics().model();
  mjData& data = earlier.physics().data();
  mj_fwdActuation(&model, &data);
  mj_fwdAcceleration(&model, &data);
  mj_fwdConstraint(&model, &data);
  const std::vector<double> forces = pressure_of_contacts(earlier.physics());
  EXPECT_GT(forces[0] + forces[1], 1.0);
  expect_near({std::log(1.0 + forces[0]), std::log(1.0 + forces[1])}, stage.observed("touch"), 1e-9);
}

// Heights of the centres of mass of torso and foot, from the angles alone. All hinges turn about +y, which carries z
// towards x: a vector (x, z) of a body pitched by p has the height z cos p - x sin p.
double height_above_foot(const std::vector<double>& position) {
  const auto capsule_volume = [](double radius, double length) {
    return kPi * radius * radius * (length + 4.0 / 3.0 * radius);
  };
  const double trunk = capsule_volume(0.0653, 0.25);
  const double nose = capsule_volume(0.03, std::hypot(0.07, 0.01));
  const double torso_x = nose * 0.115 / (trunk + nose);
  const double torso_z = (trunk * 0.075 + nose * 0.135) / (trunk + nose);

  double pitch = position[2];
  const double torso = torso_z * std::cos(pitch) - torso_x * std::sin(pitch);
  double ankle = -0.05 * std::cos(pitch);
  for (const auto& [joint, length] : {std::pair{3u, 0.2}, std::pair{4u, 0.33}, std::pair{5u, 0.32}}) {
    pitch += position[joint];
    ankle -= length * std::cos(pitch);
  }
  pitch += position[6];
  const double foot = ankle - 0.045 * std::sin(pitch);  // from -0.08 to 0.17 along x
  return torso - foot;
}

TEST(Hopper, StandsWhereTheTorsoIsHighAboveTheFoot) {
  Stage stand("hopper_stand"), hop("hopper_hop");
  ScalarGenerator random(4);
  int standing = 0;
  for (int i = 0; i < 500; ++i) {
    std::vector<double> position = uniform_values(random, 7, 1.3);
    const double height = height_above_foot(position);
    const double expected = 0.6 <= height && height <= 2.0 ? 1.0 : 0.0;
    standing += expected == 1.0;
    EXPECT_EQ(stand.at(position).reward(), expected) << "height " << height;
    EXPECT_NEAR(hop.at(position, {2.5, 0, 0, 0, 0, 0, 0}).reward(), expected, 1e-12);
  }
  EXPECT_GT(standing, 50);
  EXPECT_LT(standing, 450);
}

TEST(Hopper, StandsOnlyBetweenTheBounds) {
  Stage stage("hopper_stand");
  // The knee bent until the height is `height`, found by bisection: the height falls as the knee bends.
  const auto crouch = [](double height) {
    double low = 0.0, high = kPi;
    while (high - low > 1e-13) {
      const double knee = 0.5 * (low + high);
      (height_above_foot({0, 0, 0, 0, 0, knee, 0}) > height ? low : high) = knee;
    }
    return std::vector<double>{0, 0, 0, 0, 0, low, 0};
  };
  EXPECT_EQ(stage.at(crouch(0.6 + 1e-9)).reward(), 1.0);
  EXPECT_EQ(stage.at(crouch(0.6 - 1e-9)).reward(), 0.0);
}

TEST(Hopper, StandingStillIsWorthAFifth) {
  Stage stage("hopper_stand");
  EXPECT_NEAR(stage.at(kStraight).reward(), 1.0, 1e-12);
  // 0, 1, 3/4 and, the raw control beyond its range, 0.
  EXPECT_NEAR(stage.at(kStraight, {}, {1.0, 0.0, 0.5, -2.0}).reward(), (4.0 + 1.75 / 4.0) / 5.0, 1e-12);
  EXPECT_NEAR(stage.at(kStraight, {}, {1.0, 1.0, -1.0, -1.0}).reward(), 0.8, 1e-12);
}

TEST(Hopper, HoppingIsHalfTheSpeedUpToOne) {
  Stage stage("hopper_hop");
  const auto at_speed = [&](double speed) { return stage.at(kStraight, {speed, 0, 0, 0, 0, 0, 0}).reward(); };
  EXPECT_NEAR(at_speed(-1.0), 0.0, 1e-12);
  EXPECT_NEAR(at_speed(0.0), 0.0, 1e-12);
  EXPECT_NEAR(at_speed(0.5), 0.25, 1e-12);
  EXPECT_NEAR(at_speed(1.9), 0.95, 1e-12);
  EXPECT_NEAR(at_speed(2.0), 1.0, 1e-12);
  EXPECT_EQ(at_speed(5.0), 1.0);
}

TEST(Hopper, BeginsInAnyPose) {
  for (const char* name : {"hopper_stand", "hopper_hop"}) {
    const std::vector<std::vector<double>> all = Stage(name).states_over_resets();
    ASSERT_EQ(all.size(), 14u);
    expect_constant(all[0], 0.0);
    expect_constant(all[1], 0.0);
    expect_uniform(all[2], -kPi, kPi);
    expect_uniform(all[3], -kPi / 6.0, kPi / 6.0);           // -30 to 30 degrees
    expect_uniform(all[4], -17.0 * kPi / 18.0, kPi / 18.0);  // -170 to 10
    expect_uniform(all[5], kPi / 36.0, 5.0 * kPi / 6.0);     // 5 to 150
    expect_uniform(all[6], -kPi / 4.0, kPi / 4.0);           // -45 to 45
    for (size_t k = 7; k < 14; ++k) expect_constant(all[k], 0.0);
  }
}

}  // namespace
}  // namespace vrkn::env::hopper_test
