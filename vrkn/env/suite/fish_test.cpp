#include <array>
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "tests/support/distribution.h"
#include "tests/support/suite_stage.h"
#include "tests/support/values.h"
#include "vrkn/env/mujoco/model_field.h"

namespace vrkn::env::fish_test {
namespace {

using Vector = std::array<double, 3>;

// The vector `v` of the world in the frame of the unit quaternion (w, u): v turned backwards,
// v - 2 w u x v + 2 u x (u x v).
Vector turned_back(const double* quaternion, const Vector& v) {
  const double w = quaternion[0];
  const Vector u = {quaternion[1], quaternion[2], quaternion[3]};
  const auto cross = [](const Vector& a, const Vector& b) {
    return Vector{a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
  };
  const Vector once = cross(u, v);
  const Vector twice = cross(u, once);
  return {v[0] - 2.0 * w * once[0] + 2.0 * twice[0], v[1] - 2.0 * w * once[1] + 2.0 * twice[1],
          v[2] - 2.0 * w * once[2] + 2.0 * twice[2]};
}

struct Pond : Stage {
  Pond() : Stage("fish_swim") {}

  int target() { return mj_name2id(&physics().model(), mjOBJ_GEOM, "target"); }
  void put_target(const Vector& place) { write_model_field(physics().editable_model(), "geom_pos", target(), place); }
};

// Straight, at its usual place, oriented as the quaternion says.
std::vector<double> straight(const std::array<double, 4>& q) {
  return {0, 0, 0.1, q[0], q[1], q[2], q[3], 0, 0, 0, 0, 0, 0, 0};
}
constexpr std::array kUpright = {1.0, 0.0, 0.0, 0.0};
constexpr std::array kUpsideDown = {0.0, 0.0, 1.0, 0.0};

TEST(Fish, SeesJointsUprightnessTargetAndVelocity) {
  Pond pond;
  ScalarGenerator random(5);
  for (int i = 0; i < 20; ++i) {
    std::vector<double> position = uniform_values(random, 14, 1.0);
    double* q = position.data() + 3;
    mju_normalize4(q);
    const std::vector<double> velocity = uniform_values(random, 13, 1.0);
    const Vector target = {random.uniform(-0.4, 0.4), random.uniform(-0.4, 0.4), random.uniform(0.1, 0.3)};
    pond.put_target(target);
    pond.at(position, velocity);

    // The mouth's middle is 74.5 mm ahead, along y. Its capsule lies along y, so its own z points there; x stays.
    Vector ahead = turned_back(q, {target[0] - position[0], target[1] - position[1], target[2] - position[2]});
    ahead[1] -= 0.0745;
    const std::vector<double> in_mouth = {ahead[0], -ahead[2], ahead[1]};

    const std::vector<Component> all = pond.task().observe(pond.physics());
    ASSERT_EQ(all.size(), 4u);
    EXPECT_EQ(all[0].name, "joint_angles");
    EXPECT_EQ(all[0].values, std::vector<double>(position.begin() + 7, position.end()));
    EXPECT_EQ(all[1].name, "upright");
    expect_near({1.0 - 2.0 * (q[1] * q[1] + q[2] * q[2])}, all[1].values, 1e-12);
    EXPECT_EQ(all[2].name, "target");
    expect_near(in_mouth, all[2].values, 1e-12);
    EXPECT_EQ(all[3].name, "velocity");
    EXPECT_EQ(all[3].quantity, Quantity::kVelocity);
    EXPECT_EQ(all[3].values, velocity);
    EXPECT_EQ(pond.proprioception(), all[0].values);
  }
}

TEST(Fish, RewardIsMostlyToBeThereAndALittleToBeUpright) {
  Pond pond;
  const auto reward = [&](double distance, const std::array<double, 4>& quaternion) {
    pond.put_target({distance, 0.0745, 0.1});  // both orientations leave y, and so the mouth, where it is
    return pond.at(straight(quaternion)).reward();
  };
  EXPECT_NEAR(reward(0.0, kUpright), 1.0, 1e-12);
  EXPECT_NEAR(reward(0.0449, kUpright), 1.0, 1e-12);
  EXPECT_LT(reward(0.047, kUpright), 1.0);
  EXPECT_NEAR(reward(0.045 + 0.09, kUpright), (7.0 * 0.1 + 1.0) / 8.0, 1e-12);
  EXPECT_NEAR(reward(0.045 + 0.045, kUpright), (7.0 * std::pow(0.1, 0.25) + 1.0) / 8.0, 1e-12);
  EXPECT_NEAR(reward(10.0, kUpright), 1.0 / 8.0, 1e-12);
  EXPECT_NEAR(reward(0.0, kUpsideDown), 7.0 / 8.0, 1e-12);
  EXPECT_NEAR(reward(10.0, kUpsideDown), 0.0, 1e-12);
}

TEST(Fish, BeginsInAnyOrientationWithATargetAnywhere) {
  Pond pond;
  const std::vector<std::vector<double>> all = pond.over_resets([&] {  // positions, velocities, the target's place
    const PhysicsState state = pond.physics().state();
    const double* target = pond.physics().model().geom_pos + 3 * pond.target();
    std::vector<double> values = state.position;
    values.insert(values.end(), state.velocity.begin(), state.velocity.end());
    values.insert(values.end(), target, target + 3);
    return values;
  });
  ASSERT_EQ(all.size(), 14u + 13u + 3u);
  expect_constant(all[0], 0.0);
  expect_constant(all[1], 0.0);
  expect_constant(all[2], 0.1);
  // A component of a direction that is uniform on the sphere in four dimensions has the density 2/pi sqrt(1 - x^2).
  const auto component = [](double x) { return 0.5 + (std::asin(x) + x * std::sqrt(1.0 - x * x)) / std::numbers::pi; };
  for (size_t k = 3; k < 7; ++k) expect_distribution(all[k], component);
  // Then where z points is uniform on the sphere in three, whose coordinates are uniform.
  std::vector<double> along_x, along_y, along_z;
  for (size_t i = 0; i < all[3].size(); ++i) {
    const double w = all[3][i], x = all[4][i], y = all[5][i], z = all[6][i];
    ASSERT_NEAR(w * w + x * x + y * y + z * z, 1.0, 1e-12);
    along_x.push_back(2.0 * (x * z + w * y));
    along_y.push_back(2.0 * (y * z - w * x));
    along_z.push_back(1.0 - 2.0 * (x * x + y * y));
  }
  for (const auto* axis : {&along_x, &along_y, &along_z}) {
    expect_distribution(*axis, [](double x) { return 0.5 * (x + 1.0); });
  }
  for (size_t k = 7; k < 14; ++k) expect_uniform(all[k], -0.2, 0.2);
  for (size_t k = 14; k < 27; ++k) expect_constant(all[k], 0.0);
  expect_uniform(all[27], -0.4, 0.4);
  expect_uniform(all[28], -0.4, 0.4);
  expect_uniform(all[29], 0.1, 0.3);
}

TEST(Fish, OnlyTheTargetMoves) {
  Pond pond;
  const SharedModel scene = load_model("fish");
  pond.environment().begin(6);
  for (int geom = 0; geom < scene->ngeom; ++geom) {
    for (int i = 3 * geom; i < 3 * geom + 3; ++i) {
      EXPECT_EQ(scene->geom_size[i], pond.physics().model().geom_size[i]);
      if (geom == pond.target()) continue;
      EXPECT_EQ(scene->geom_pos[i], pond.physics().model().geom_pos[i]);
    }
  }
}

}  // namespace
}  // namespace vrkn::env::fish_test
