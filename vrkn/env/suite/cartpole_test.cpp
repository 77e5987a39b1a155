#include "vrkn/env/suite/cartpole.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

namespace vrkn {
namespace {

struct Stage {
  explicit Stage(std::string_view name) {
    const std::vector<SuiteTask> all = cartpole_tasks();
    const auto found = std::ranges::find(all, name, [](const SuiteTask& entry) { return entry.facts.name; });
    task = found->make(physics.model());
  }
  double reward(double cart, double angle_rad, double spin, double control) {
    physics.restore({.position = {cart, angle_rad}, .velocity = {0.0, spin}});
    physics.set_control(std::vector{control});
    return task->reward(physics);
  }

  Physics physics{load_model("cartpole")};
  std::unique_ptr<Task> task;
};

TEST(Cartpole, SmoothRewardIsTheProductOfFourTerms) {
  for (const char* name : {"cartpole_swingup", "cartpole_balance"}) {
    Stage stage(name);
    EXPECT_NEAR(stage.reward(0.0, 0.0, 0.0, 0.0), 1.0, 1e-12);
    EXPECT_NEAR(stage.reward(0.0, std::numbers::pi / 2.0, 0.0, 0.0), 0.5, 1e-12);
    EXPECT_NEAR(stage.reward(0.0, 0.0, 0.0, 0.5), (4.0 + 0.75) / 5.0, 1e-12);
    EXPECT_NEAR(stage.reward(0.0, 0.0, 0.0, 7.0), 0.8, 1e-12);  // the raw control counts, beyond its range too
    EXPECT_NEAR(stage.reward(0.0, 0.0, 5.0, 0.0), (1.0 + 0.1) / 2.0, 1e-12);
    EXPECT_NEAR(stage.reward(1.0, 0.0, 0.0, 0.0), (1.0 + std::pow(0.1, 0.25)) / 2.0, 1e-12);
  }
}

TEST(Cartpole, SparseRewardNeedsTheMiddleAndThePoleUp) {
  for (const char* name : {"cartpole_swingup_sparse", "cartpole_balance_sparse"}) {
    Stage stage(name);
    const double edge_rad = std::acos(0.995);
    EXPECT_EQ(stage.reward(0.24, 0.99 * edge_rad, 3.0, 1.0), 1.0);
    EXPECT_EQ(stage.reward(0.25, 0.0, 0.0, 0.0), 1.0);
    EXPECT_EQ(stage.reward(0.26, 0.0, 0.0, 0.0), 0.0);
    EXPECT_EQ(stage.reward(0.0, 1.01 * edge_rad, 0.0, 0.0), 0.0);
  }
}

struct Statistics {
  double mean = 0.0;
  double std = 0.0;
  double low = 0.0;
  double high = 0.0;
};

constexpr int kEpisodes = 4000;

// Of the cart's place, the pole's angle and their speeds, in this order, over many episodes.
std::array<Statistics, 4> over_resets(const char* name) {
  Stage stage(name);
  RandomStream random(1);
  std::array<std::vector<double>, 4> values;
  for (int i = 0; i < kEpisodes; ++i) {
    stage.physics.reset();
    stage.task->initialise(stage.physics, random);
    const mjData& data = stage.physics.data();
    for (size_t k = 0; k < 2; ++k) {
      values[k].push_back(data.qpos[k]);
      values[2 + k].push_back(data.qvel[k]);
    }
  }
  std::array<Statistics, 4> all;
  for (size_t k = 0; k < all.size(); ++k) {
    Statistics& s = all[k];
    for (const double value : values[k]) s.mean += value / kEpisodes;
    for (const double value : values[k]) s.std += (value - s.mean) * (value - s.mean) / kEpisodes;
    s.std = std::sqrt(s.std);
    s.low = *std::ranges::min_element(values[k]);
    s.high = *std::ranges::max_element(values[k]);
  }
  return all;
}

// Six standard errors: a false alarm once in 5e8 draws of the seed. The standard error of a standard deviation is at
// most that of the mean for both distributions.
void expect_moments(const Statistics& found, double mean, double std) {
  const double allowed = 6.0 * std / std::sqrt(kEpisodes);
  EXPECT_NEAR(found.mean, mean, allowed);
  EXPECT_NEAR(found.std, std, allowed);
}

TEST(Cartpole, SwingupStartsHanging) {
  for (const char* name : {"cartpole_swingup", "cartpole_swingup_sparse"}) {
    const auto [cart, pole, speed, spin] = over_resets(name);
    expect_moments(cart, 0.0, 0.01);
    expect_moments(pole, std::numbers::pi, 0.01);
    expect_moments(speed, 0.0, 0.01);
    expect_moments(spin, 0.0, 0.01);
  }
}

TEST(Cartpole, BalanceStartsNearlyUpright) {
  for (const char* name : {"cartpole_balance", "cartpole_balance_sparse"}) {
    const auto [cart, pole, speed, spin] = over_resets(name);
    expect_moments(cart, 0.0, 0.2 / std::sqrt(12.0));
    EXPECT_GE(cart.low, -0.1);
    EXPECT_LT(cart.high, 0.1);
    expect_moments(pole, 0.0, 0.068 / std::sqrt(12.0));
    EXPECT_GE(pole.low, -0.034);
    EXPECT_LT(pole.high, 0.034);
    expect_moments(speed, 0.0, 0.01);
    expect_moments(spin, 0.0, 0.01);
  }
}

}  // namespace
}  // namespace vrkn
