#include "vrkn/env/control_timestep.h"

#include <gtest/gtest.h>

#include "vrkn/core/error.h"

namespace vrkn::env::control_timestep_test {
namespace {

// As the control suite documents them; those that were recorded are compared in golden_test.cpp.
TEST(ControlTimestep, IsThatOfTheTask) {
  EXPECT_DOUBLE_EQ(control_timestep_s("cartpole_swingup").value(), 0.01);
  EXPECT_DOUBLE_EQ(control_timestep_s("walker_walk").value(), 0.025);
  EXPECT_DOUBLE_EQ(control_timestep_s("double_integrator").value(), 0.1);
}

TEST(ControlTimestep, IsUnknownWhereThereIsNoClock) {
  EXPECT_FALSE(control_timestep_s("counter").has_value());
  EXPECT_FALSE(control_timestep_s("own:Pendulum-v1").has_value());
  EXPECT_THROW(control_timestep_s("cartpol_swingup"), ConfigError);
}

}  // namespace
}  // namespace vrkn::env::control_timestep_test
