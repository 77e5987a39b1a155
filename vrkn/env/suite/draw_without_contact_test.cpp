#include "vrkn/env/suite/draw_without_contact.h"

#include <gtest/gtest.h>

#include "vrkn/core/error.h"

namespace vrkn::env::draw_without_contact_test {
namespace {

// A ball of radius 0.1 above a floor.
constexpr std::string_view kBall = R"(
  <mujoco>
    <worldbody>
      <geom type="plane" size="1 1 1"/>
      <body><joint type="slide" axis="0 0 1"/><geom size="0.1"/></body>
    </worldbody>
  </mujoco>)";

TEST(DrawWithoutContact, TakesTheFirstPoseInWhichNothingTouches) {
  Physics physics(compile_model(kBall));
  physics.reset();
  const std::vector<double> heights = {0.05, 0.0, 0.12, 0.3};
  size_t draws = 0;
  draw_without_contact(physics, [&] { physics.position()[0] = heights.at(draws++); });
  EXPECT_EQ(draws, 3u);
  EXPECT_EQ(physics.position()[0], 0.12);
  EXPECT_EQ(physics.data().ncon, 0);
}

TEST(DrawWithoutContact, GivesUpInTheEnd) {
  Physics physics(compile_model(kBall));
  physics.reset();
  int draws = 0;
  EXPECT_THROW(draw_without_contact(physics,
                                    [&] {
                                      physics.position()[0] = 0.05;
                                      ++draws;
                                    }),
               SimulationError);
  EXPECT_EQ(draws, 1000);
}

}  // namespace
}  // namespace vrkn::env::draw_without_contact_test
