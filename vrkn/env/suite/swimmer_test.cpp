#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "tests/support/distribution.h"
#include "tests/support/suite_stage.h"
#include "tests/support/values.h"
#include "vrkn/env/mujoco/model_field.h"

namespace vrkn::env::swimmer_test {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr size_t kLinks = 6;

struct PlanePoint {
  double x = 0.0;
  double y = 0.0;
};

// (x, y) turned by an angle.
PlanePoint turned(PlanePoint p, double angle) {
  return {p.x * std::cos(angle) - p.y * std::sin(angle), p.x * std::sin(angle) + p.y * std::cos(angle)};
}

struct Link {
  PlanePoint middle;
  double heading = 0.0;
};

// Where the links are, from the joints alone. Each is 10 cm long along its own y and turns about its front end, 5 cm
// before its middle; the next one begins where it ends.
std::array<Link, kLinks> links(const std::vector<double>& position) {
  std::array<Link, kLinks> all;
  PlanePoint front = {position[0], position[1] - 0.05};
  double heading = 0.0;
  for (size_t i = 0; i < kLinks; ++i) {
    heading += position[2 + i];
    const PlanePoint half = turned({0.0, 0.05}, heading);
    all[i] = {{front.x + half.x, front.y + half.y}, heading};
    front = {front.x + 2.0 * half.x, front.y + 2.0 * half.y};
  }
  return all;
}

struct Pool : Stage {
  Pool() : Stage("swimmer_swimmer6") {}

  int target() { return mj_name2id(&physics().model(), mjOBJ_GEOM, "target"); }
  int light() { return mj_name2id(&physics().model(), mjOBJ_LIGHT, "target_light"); }
  void put_target(PlanePoint place) {
    write_model_field(physics().editable_model(), "geom_pos", target(), std::vector{place.x, place.y, 0.05});
  }
};

TEST(Swimmer, SeesJointsTargetAndTheVelocityOfEveryLink) {
  Pool pool;
  ScalarGenerator random(7);
  for (int trial = 0; trial < 20; ++trial) {
    const std::vector<double> position = uniform_values(random, 8, 1.0);
    const std::vector<double> velocity = uniform_values(random, 8, 1.0);
    const PlanePoint target = {random.uniform(-2.0, 2.0), random.uniform(-2.0, 2.0)};
    pool.put_target(target);
    pool.at(position, velocity);

    const Link head = links(position)[0];
    const PlanePoint nose = turned({0.0, -0.06}, head.heading);
    const PlanePoint way =
        turned({target.x - head.middle.x - nose.x, target.y - head.middle.y - nose.y}, -head.heading);

    constexpr double kStep = 1e-5;  // s
    std::vector<double> earlier = position, later = position;
    for (size_t i = 0; i < position.size(); ++i) {
      earlier[i] -= kStep * velocity[i];
      later[i] += kStep * velocity[i];
    }
    std::vector<double> velocities;
    for (size_t i = 0; i < kLinks; ++i) {
      const Link a = links(earlier)[i], b = links(later)[i];
      const PlanePoint speed =
          turned({(b.middle.x - a.middle.x) / (2.0 * kStep), (b.middle.y - a.middle.y) / (2.0 * kStep)},
                 -links(position)[i].heading);
      velocities.insert(velocities.end(), {speed.x, speed.y, (b.heading - a.heading) / (2.0 * kStep)});
    }

    const std::vector<Component> all = pool.task().observe(pool.physics());
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[0].name, "joints");
    EXPECT_EQ(all[0].values, std::vector<double>(position.begin() + 3, position.end()));
    EXPECT_EQ(all[1].name, "to_target");
    expect_near({way.x, way.y}, all[1].values, 1e-12);
    EXPECT_EQ(all[2].name, "body_velocities");
    EXPECT_EQ(all[2].quantity, Quantity::kVelocity);
    expect_near(velocities, all[2].values, 1e-8);
    EXPECT_EQ(pool.proprioception(), all[0].values);
  }
}

TEST(Swimmer, RewardFallsOffSlowlyAroundTheTarget) {
  Pool pool;
  const auto at_distance = [&](double distance) {
    pool.put_target({distance, -0.06});  // the nose is 6 cm before the head's middle
    return pool.at(std::vector<double>(8)).reward();
  };
  EXPECT_EQ(at_distance(0.0), 1.0);
  EXPECT_EQ(at_distance(0.1), 1.0);
  EXPECT_LT(at_distance(0.1001), 1.0);
  EXPECT_NEAR(at_distance(0.35), 1.0 / (9.0 * 0.25 + 1.0), 1e-12);
  EXPECT_NEAR(at_distance(0.6), 0.1, 1e-12);
  EXPECT_NEAR(at_distance(-1.6), 1.0 / (9.0 * 9.0 + 1.0), 1e-12);
}

TEST(Swimmer, BeginsInAnyPoseWithATargetNearOrFar) {
  Pool pool;
  // Positions, velocities, the places of target and light.
  const std::vector<std::vector<double>> all = pool.over_resets([&] {
    const PhysicsState state = pool.physics().state();
    const double* target = pool.physics().model().geom_pos + 3 * pool.target();
    const double* light = pool.physics().model().light_pos + 3 * pool.light();
    std::vector<double> values = state.position;
    values.insert(values.end(), state.velocity.begin(), state.velocity.end());
    values.insert(values.end(), target, target + 3);
    values.insert(values.end(), light, light + 3);
    return values;
  });
  ASSERT_EQ(all.size(), 8u + 8u + 6u);
  expect_constant(all[0], 0.0);
  expect_constant(all[1], 0.0);
  expect_uniform(all[2], -kPi, kPi);
  for (size_t k = 3; k < 8; ++k) expect_uniform(all[k], -kPi / 3.0, kPi / 3.0);
  for (size_t k = 8; k < 16; ++k) expect_constant(all[k], 0.0);

  // One target in five is within 0.3 m along both axes, the others within 2 m.
  const auto share_below = [](double x, double box) { return std::clamp(0.5 * (x / box + 1.0), 0.0, 1.0); };
  for (const size_t axis : {16u, 17u}) {
    expect_distribution(all[axis], [&](double x) { return 0.2 * share_below(x, 0.3) + 0.8 * share_below(x, 2.0); });
  }
  std::vector<double> larger;
  for (size_t i = 0; i < all[16].size(); ++i) larger.push_back(std::max(std::abs(all[16][i]), std::abs(all[17][i])));
  expect_distribution(larger, [](double x) { return 0.2 * std::pow(std::min(x / 0.3, 1.0), 2) + 0.8 * x * x / 4.0; });
  EXPECT_LE(*std::ranges::max_element(larger), 2.0);
  expect_constant(all[18], 0.05);

  EXPECT_EQ(all[19], all[16]);  // the light is above the target
  EXPECT_EQ(all[20], all[17]);
  expect_constant(all[21], 1.5);
}

TEST(Swimmer, TargetAndItsLightAreSeenWhereTheyWereDrawn) {
  Pool pool;
  pool.environment().begin(8);
  const mjModel& model = pool.physics().model();
  const mjData& data = pool.physics().data();
  for (const int axis : {0, 1}) {
    const double drawn = model.geom_pos[3 * pool.target() + axis];
    EXPECT_EQ(data.geom_xpos[3 * pool.target() + axis], drawn);
    EXPECT_EQ(data.light_xpos[3 * pool.light() + axis], drawn);
    EXPECT_NE(drawn, 1.0);  // where the scene has it
  }
}

}  // namespace
}  // namespace vrkn::env::swimmer_test
