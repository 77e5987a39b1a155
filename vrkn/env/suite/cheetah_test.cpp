#include "vrkn/env/suite/cheetah.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/distribution.h"
#include "tests/support/suite_stage.h"
#include "tests/support/values.h"
#include "vrkn/core/file.h"

namespace vrkn::env::cheetah_test {
namespace {

constexpr double kDegree = std::numbers::pi / 180.0;

TEST(Cheetah, SeesAllButItsPlaceOnTheTrack) {
  Stage stage("cheetah_run");
  stage.at({9, 1, 2, 3, 4, 5, 6, 7, 8}, {11, 12, 13, 14, 15, 16, 17, 18, 19});
  const std::vector<Component> all = stage.task().observe(stage.physics());
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].name, "position");
  EXPECT_EQ(all[0].values, (std::vector<double>{1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(all[1].name, "velocity");
  EXPECT_EQ(all[1].values, (std::vector<double>{11, 12, 13, 14, 15, 16, 17, 18, 19}));
  EXPECT_EQ(stage.proprioception(), (std::vector<double>{3, 4, 5, 6, 7, 8}));
}

TEST(Cheetah, RewardIsATenthOfTheSpeedUpToOne) {
  Stage stage("cheetah_run");
  const auto at_speed = [&](double speed) {
    std::vector<double> velocity(9);
    velocity[0] = speed;
    return stage.at(std::vector<double>(9), velocity).reward();
  };
  EXPECT_EQ(at_speed(-3.0), 0.0);
  EXPECT_NEAR(at_speed(0.0), 0.0, 1e-12);
  EXPECT_NEAR(at_speed(0.5), 0.05, 1e-12);
  EXPECT_NEAR(at_speed(9.99), 0.999, 1e-12);
  EXPECT_NEAR(at_speed(10.0), 1.0, 1e-12);
  EXPECT_EQ(at_speed(11.0), 1.0);
}

TEST(Cheetah, SpeedIsThatOfTheCentreOfMass) {
  Stage stage("cheetah_run");
  ScalarGenerator random(3);
  const std::vector<double> position = uniform_values(random, 9, 0.3);
  std::vector<double> velocity = uniform_values(random, 9, 2.0);
  velocity[0] = 4.0;
  const double reward = stage.at(position, velocity).reward();

  constexpr double kStep = 1e-6;  // s
  const auto centre_of_mass_after = [&](double time) {
    std::vector<double> moved = position;
    for (size_t i = 0; i < moved.size(); ++i) moved[i] += time * velocity[i];
    stage.at(moved, velocity);
    double moment = 0.0;
    const mjModel& model = stage.physics().model();
    for (int body = 1; body < model.nbody; ++body)
      moment += model.body_mass[body] * stage.physics().data().xipos[3 * body];
    return moment / 14.0;
  };
  EXPECT_NEAR(reward, (centre_of_mass_after(kStep) - centre_of_mass_after(-kStep)) / (2.0 * kStep) / 10.0, 1e-8);
}

TEST(Cheetah, LegsAreDrawnOverTheirRangesAndTheTorsoIsNot) {
  Physics physics(load_model("cheetah"));
  ScalarGenerator random(1);
  std::array<std::vector<double>, 9> positions;
  for (int i = 0; i < 10'000; ++i) {
    physics.reset();
    draw_cheetah_pose(physics, random);
    for (size_t k = 0; k < positions.size(); ++k) positions[k].push_back(physics.position()[k]);
    for (const double velocity : physics.velocity()) ASSERT_EQ(velocity, 0.0);
  }
  for (const size_t root : {0u, 1u, 2u}) expect_constant(positions[root], 0.0);
  expect_uniform(positions[3], -30.0 * kDegree, 60.0 * kDegree);
  expect_uniform(positions[4], -50.0 * kDegree, 50.0 * kDegree);
  expect_uniform(positions[5], -230.0 * kDegree, 50.0 * kDegree);
  expect_uniform(positions[6], -57.0 * kDegree, 0.4 * kDegree);
  expect_uniform(positions[7], -70.0 * kDegree, 50.0 * kDegree);
  expect_uniform(positions[8], -28.0 * kDegree, 28.0 * kDegree);
}

TEST(Cheetah, SettlesAsInTheRecordedEpisodes) {
  const auto golden = nlohmann::json::parse(read_file(VRKN_GOLDEN_DIR "/cheetah_run.json"));
  Physics physics(load_model("cheetah"));
  for (const auto& episode : golden.at("episodes")) {
    physics.reset();
    physics.forward();
    std::ranges::copy(episode.at("qpos_before_settle").get<std::vector<double>>(), physics.position().begin());
    settle_cheetah(physics);
    EXPECT_EQ(physics.data().time, 0.0);
    physics.forward();
    const PhysicsState settled = physics.state();
    expect_near(episode.at("reset").at("qpos"), settled.position, 1e-9);
    expect_near(episode["reset"].at("qvel"), settled.velocity, 1e-9);
    // MuJoCo 3 begins to look for accelerations elsewhere.
    if (mjVERSION_HEADER < 300) expect_near(episode["reset"].at("qacc_warmstart"), settled.warm_start, 1e-6);
  }
}

TEST(Cheetah, AnEpisodeBeginsAtRestOnTheGround) {
  Stage stage("cheetah_run");
  Physics expected(load_model("cheetah"));
  ScalarGenerator random(2), same(2);
  for (int i = 0; i < 10; ++i) {
    stage.physics().reset();
    stage.physics().forward();
    stage.task().initialise(stage.physics(), random);
    EXPECT_EQ(stage.physics().data().time, 0.0);
    EXPECT_GE(stage.physics().data().ncon, 1);
    for (const double velocity : stage.physics().velocity()) EXPECT_LT(std::abs(velocity), 1.0);

    expected.reset();
    expected.forward();
    draw_cheetah_pose(expected, same);
    settle_cheetah(expected);
    EXPECT_EQ(expected.state().position, stage.physics().state().position);
  }
}

}  // namespace
}  // namespace vrkn::env::cheetah_test
