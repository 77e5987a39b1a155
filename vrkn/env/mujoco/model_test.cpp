#include "vrkn/env/mujoco/model.h"

#include <cmath>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/env/mujoco/asset.h"
#include "vrkn/env/mujoco/scene_description.h"

namespace vrkn::env {
namespace {

// Every value of `golden` must be in `found`; numbers may differ by 1e-12, the last digits of another processor's sine.
void expect_same(const nlohmann::json& golden, const nlohmann::json& found, const std::string& where) {
  if (golden.is_object()) {
    for (const auto& [key, value] : golden.items()) {
      ASSERT_TRUE(found.contains(key)) << where << " lacks " << key;
      expect_same(value, found.at(key), where + "." + key);
    }
  } else if (golden.is_array()) {
    ASSERT_EQ(golden.size(), found.size()) << where;
    for (size_t i = 0; i < golden.size(); ++i) expect_same(golden[i], found[i], where + "[" + std::to_string(i) + "]");
  } else if (golden.is_number()) {
    ASSERT_TRUE(found.is_number()) << where;
    EXPECT_NEAR(golden.get<double>(), found.get<double>(), 1e-12) << where;
  } else {
    EXPECT_EQ(golden, found) << where;
  }
}

class GoldenModel : public testing::TestWithParam<std::string> {};

TEST_P(GoldenModel, CompilesToTheSuitesFigures) {
  auto golden = nlohmann::json::parse(read_file(VRKN_GOLDEN_DIR "/" + GetParam() + "_model.json"));
  golden.erase("domain");
  expect_same(golden, describe(*load_model(GetParam())), GetParam());
}

INSTANTIATE_TEST_SUITE_P(Scenes, GoldenModel,
                         testing::Values("acrobot", "ball_in_cup", "cartpole", "cheetah", "finger", "fish", "hopper",
                                         "pendulum", "point_mass", "reacher", "swimmer", "walker"),
                         [](const auto& test) { return test.param; });

TEST(Model, EveryAssetIsInTheLibrary) {
  EXPECT_GE(assets().size(), 2u);
  for (const EmbeddedFile& asset : assets())
    EXPECT_NE(asset.content.find("</mujoco>"), std::string::npos) << asset.name;
}

TEST(Model, UnknownSceneAndBrokenTextAreNamed) {
  EXPECT_THROW(load_model("no_such_scene"), ConfigError);
  try {
    compile_model("<mujoco><worldbody><geom type='blob'/></worldbody></mujoco>");
    FAIL() << "a geom of unknown type compiled";
  } catch (const DataError& error) {
    EXPECT_NE(std::string(error.what()).find("geom"), std::string::npos) << error.what();
  }
}

TEST(Model, AnErrorInsideMuJoCoBecomesAnException) {
  // The library's own handler would end the program.
  load_model("cartpole");
  EXPECT_THROW(mju_error("on purpose"), SimulationError);
}

}  // namespace
}  // namespace vrkn::env
