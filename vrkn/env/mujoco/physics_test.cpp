#include "vrkn/env/mujoco/physics.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "vrkn/core/error.h"

namespace vrkn::env::physics_test {
namespace {

// A mass that slides without friction and is pushed with as many newtons as the control says.
constexpr std::string_view kSled = R"(
  <mujoco>
    <option timestep="0.01" gravity="0 0 0" integrator="Euler"/>
    <worldbody>
      <body name="sled">
        <joint name="slide" type="slide" axis="1 0 0"/>
        <geom name="sled" type="box" size="0.1 0.1 0.1" mass="2"/>
      </body>
    </worldbody>
    <actuator><motor joint="slide" ctrllimited="true" ctrlrange="-1 1"/></actuator>
  </mujoco>)";

TEST(Physics, PushesAMassAsNewtonSays) {
  Physics physics(compile_model(kSled));
  physics.reset();
  physics.forward();
  physics.set_control(std::vector{0.5});
  physics.step(10);
  // Semi-implicit Euler from rest: v = n a h, x = n (n + 1) / 2 a h^2.
  const double a = 0.5 / 2.0;
  EXPECT_NEAR(physics.velocity()[0], 10 * a * 0.01, 1e-12);
  EXPECT_NEAR(physics.position()[0], 55 * a * 1e-4, 1e-12);
  EXPECT_NEAR(physics.data().time, 0.1, 1e-12);
}

TEST(Physics, KeepsTheRawControlButLimitsItsForce) {
  Physics physics(compile_model(kSled));
  physics.reset();
  physics.forward();
  physics.set_control(std::vector{3.0});
  physics.step(1);
  EXPECT_EQ(physics.data().ctrl[0], 3.0);
  EXPECT_NEAR(physics.velocity()[0], 0.5 * 0.01, 1e-12);  // force 1 N on 2 kg
}

TEST(Physics, ForwardSwitchesTheActuatorsOffForThatCallOnly) {
  Physics physics(compile_model(kSled));
  physics.reset();
  physics.set_control(std::vector{1.0});
  physics.forward();
  EXPECT_EQ(physics.data().qacc[0], 0.0);
  EXPECT_EQ(physics.model().opt.disableflags & mjDSBL_ACTUATION, 0);
}

TEST(Physics, AWarningIsAnError) {
  Physics physics(compile_model(kSled));
  physics.reset();
  physics.forward();
  physics.set_control(std::vector{std::numeric_limits<double>::quiet_NaN()});
  EXPECT_THROW(physics.step(1), SimulationError);
  physics.reset();
  physics.forward();
  physics.set_control(std::vector{0.0});
  EXPECT_NO_THROW(physics.step(1));

  physics.velocity()[0] = 1e12;
  EXPECT_THROW(physics.step(2), SimulationError);
}

TEST(Physics, ARestoredStateGoesOnAsTheFirst) {
  const SharedModel model = load_model("cartpole");
  Physics first(model);
  first.restore({.position = {0.3, 2.0}, .velocity = {0.1, -0.2}});
  first.set_control(std::vector{0.7});
  first.step(20);
  Physics second(model);
  second.restore(first.state());
  for (Physics* physics : {&first, &second}) {
    physics->set_control(std::vector{-0.4});
    physics->step(20);
  }
  EXPECT_EQ(first.state().position, second.state().position);
  EXPECT_EQ(first.state().velocity, second.state().velocity);
}

TEST(Physics, RefusesArraysOfTheWrongSize) {
  Physics physics(load_model("cartpole"));
  EXPECT_THROW(physics.set_control(std::vector{0.0, 0.0}), ShapeError);
  EXPECT_THROW(physics.restore({.position = {0.0}, .velocity = {0.0, 0.0}}), ShapeError);
  EXPECT_THROW(physics.restore({.position = {0.0, 0.0}, .velocity = {0.0, 0.0}, .warm_start = {1.0}}), ShapeError);
}

TEST(Physics, EditingTheSceneLeavesTheSharedOneAlone) {
  const SharedModel model = compile_model(kSled);
  Physics edited(model);
  edited.editable_model().actuator_gear[0] = 3.0;
  EXPECT_EQ(model->actuator_gear[0], 1.0);
  edited.reset();
  EXPECT_EQ(edited.model().actuator_gear[0], 3.0);
  edited.forward();
  edited.set_control(std::vector{1.0});
  edited.step(1);
  EXPECT_NEAR(edited.velocity()[0], 1.5 * 0.01, 1e-12);
}

}  // namespace
}  // namespace vrkn::env::physics_test
