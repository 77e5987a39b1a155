#include "vrkn/env/suite/randomise_joints.h"

#include <array>
#include <numbers>

#include <gtest/gtest.h>

#include "tests/support/distribution.h"
#include "vrkn/core/error.h"

namespace vrkn::env::randomise_joints_test {
namespace {

// One joint of each kind, each on a body of its own; the limited hinge's qpos0 lies outside its range.
constexpr std::string_view kFourJoints = R"(
  <mujoco>
    <worldbody>
      <body><joint type="slide"/><geom size="0.1"/></body>
      <body><joint type="hinge"/><geom size="0.1"/></body>
      <body><joint type="slide" limited="true" range="-0.5 0.2"/><geom size="0.1"/></body>
      <body><joint type="hinge" limited="true" range="30 90" ref="-10"/><geom size="0.1"/></body>
    </worldbody>
  </mujoco>)";

TEST(RandomiseJoints, EveryKindOfJointHasItsOwnDistribution) {
  Physics physics(compile_model(kFourJoints));
  ScalarGenerator random(1);
  std::array<std::vector<double>, 4> positions;
  for (int i = 0; i < 10'000; ++i) {
    physics.reset();
    physics.position()[0] = 0.7;
    physics.velocity()[1] = 0.3;
    randomise_joints(physics, random);
    for (size_t k = 0; k < positions.size(); ++k) positions[k].push_back(physics.position()[k]);
    EXPECT_EQ(physics.velocity()[1], 0.3);
    EXPECT_EQ(physics.velocity()[2], 0.0);
  }
  constexpr double kPi = std::numbers::pi;
  EXPECT_EQ(positions[0], std::vector<double>(positions[0].size(), 0.7));
  expect_uniform(positions[1], -kPi, kPi);
  expect_uniform(positions[2], -0.5, 0.2);
  expect_uniform(positions[3], kPi / 6.0, kPi / 2.0);
}

TEST(RandomiseJoints, DrawsInTheModelsOrder) {
  Physics physics(compile_model(kFourJoints));
  physics.reset();
  ScalarGenerator random(5), same(5);
  randomise_joints(physics, random);
  EXPECT_EQ(physics.position()[1], same.uniform(-std::numbers::pi, std::numbers::pi));
  EXPECT_EQ(physics.position()[2], same.uniform(-0.5, 0.2));
  EXPECT_NEAR(physics.position()[3], same.uniform(std::numbers::pi / 6.0, std::numbers::pi / 2.0), 1e-15);
}

TEST(RandomiseJoints, RefusesJointsThatHaveNoRange) {
  for (const char* joint : {"<freejoint/>", "<joint type='ball'/>"}) {
    Physics physics(compile_model(std::string("<mujoco><worldbody><body>") + joint +
                                  "<geom size='0.1'/></body></worldbody></mujoco>"));
    ScalarGenerator random(1);
    EXPECT_THROW(randomise_joints(physics, random), ConfigError);
  }
}

}  // namespace
}  // namespace vrkn::env::randomise_joints_test
