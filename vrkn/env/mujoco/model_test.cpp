#include "vrkn/env/mujoco/model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/golden_file.h"
#include "vrkn/core/error.h"
#include "vrkn/env/mujoco/asset.h"
#include "vrkn/env/mujoco/scene_description.h"

namespace vrkn::env::model_test {
namespace {

// Every value of `golden` must be in `found`; numbers may differ by 1e-12 (relative, of those above 1), the last digits
// of another processor's sine.
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
    const double value = golden.get<double>();
    EXPECT_NEAR(value, found.get<double>(), 1e-12 * std::max(1.0, std::abs(value))) << where;
  } else {
    EXPECT_EQ(golden, found) << where;
  }
}

// A body's moments of inertia and the quaternion of their axes give way to the tensor: versions of MuJoCo order the
// axes differently.
void join_inertia(nlohmann::json& scene) {
  for (nlohmann::json& body : scene.at("bodies")) {
    const auto moments = body.at("inertia").get<std::array<double, 3>>();
    const auto quaternion = body.at("iquat").get<std::array<double, 4>>();
    std::array<double, 9> axes{}, tensor{};
    mju_quat2Mat(axes.data(), quaternion.data());
    for (size_t i = 0; i < 3; ++i) {
      for (size_t j = 0; j < 3; ++j) {
        for (size_t k = 0; k < 3; ++k) tensor[3 * i + j] += axes[3 * i + k] * moments[k] * axes[3 * j + k];
      }
    }
    body.erase("inertia");
    body.erase("iquat");
    body["inertia_tensor"] = tensor;
  }
}

// What MuJoCo 3 has no more, the flag against gravity, which has another bit there, and textures that it makes
// otherwise.
void adapt_to_version_3(nlohmann::json& golden) {
  constexpr int kNoGravityInVersion2 = 1 << 6;
  auto& disabled = golden["option"]["disableflags"].get_ref<int64_t&>();
  if ((disabled & kNoGravityInVersion2) != 0) disabled += mjDSBL_GRAVITY - kNoGravityInVersion2;
  for (const char* key : {"apirate", "collision", "mpr_iterations", "mpr_tolerance"}) golden["option"].erase(key);
  for (const char* key : {"nconmax", "njmax"}) golden["sizes"].erase(key);
  const auto hashes = nlohmann::json::parse(read_golden_file("textures.json"));
  for (nlohmann::json& texture : golden["textures"]) {
    texture["rgb_xxh3"] = hashes.at(texture["name"].get<std::string>());
  }
}

class GoldenModel : public testing::TestWithParam<std::string> {};

TEST_P(GoldenModel, CompilesToTheSuitesFigures) {
  auto golden = nlohmann::json::parse(read_golden_file(GetParam() + "_model.json"));
  golden.erase("domain");
  if (mjVERSION_HEADER >= 300) adapt_to_version_3(golden);
  nlohmann::json found = describe(*load_model(GetParam()));
  join_inertia(golden);
  join_inertia(found);
  expect_same(golden, found, GetParam());
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
}  // namespace vrkn::env::model_test
