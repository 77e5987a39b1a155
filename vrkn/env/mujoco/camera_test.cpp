#include "vrkn/env/mujoco/camera.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/env/mujoco/model.h"

namespace vrkn::env::camera_test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(Camera, IsFoundByNameAndByNumber) {
  const SharedModel model = compile_model(
      "<mujoco><worldbody><camera name='front'/><camera/><camera name='2'/><camera name='top'/></worldbody></mujoco>");
  EXPECT_EQ(find_camera(*model, "front"), 0);
  EXPECT_EQ(find_camera(*model, "0"), 0);
  EXPECT_EQ(find_camera(*model, "1"), 1);
  EXPECT_EQ(find_camera(*model, "top"), 3);
  for (const char* unknown : {"4", "-1", "", "00", "back"}) {
    EXPECT_THAT([&] { find_camera(*model, unknown); },
                ThrowsMessage<ConfigError>(HasSubstr("only 0 (front), 1, 2 (2), 3 (top)")))
        << unknown;
  }
}

TEST(Camera, ThereMayBeNone) {
  const SharedModel model = compile_model("<mujoco/>");
  EXPECT_THAT([&] { find_camera(*model, "0"); }, ThrowsMessage<ConfigError>(HasSubstr("the scene has none")));
}

}  // namespace
}  // namespace vrkn::env::camera_test
