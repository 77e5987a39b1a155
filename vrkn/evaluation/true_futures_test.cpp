#include "vrkn/evaluation/true_futures.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "vrkn/agent/make_agent.h"
#include "vrkn/core/error.h"
#include "vrkn/env/make_environment.h"
#include "vrkn/evaluation/rollout.h"

namespace vrkn::evaluation::true_futures_test {
namespace {

env::EnvironmentConfig world(double noise) {
  return {.task = "cartpole_swingup", .sensors = {"state"}, .transition_noise = noise};
}

constexpr uint64_t kSeed = 3;

data::Episode episode(const env::EnvironmentConfig& config) {
  env::EnvironmentPool pool = env::make_environment_pool(config, 1, 1);
  const auto agent = agent::make_agent(agent::RandomConfig{}, {}, pool.spec(), 0, c10::kCPU);
  data::Episode played;
  roll_out(*agent, pool, 1, kSeed, [&](int64_t, const data::Episode& received) { played = received; });
  return played;
}

TEST(TrueFutures, WithoutNoiseAreTheEpisodeItself) {
  const data::Episode played = episode(world(0.0));
  env::BranchingWorld branching(world(0.0));
  const BranchOptions options{.steps_ahead = {1, 4}, .states = 3, .futures = 2};
  const auto found = true_futures(branching, played, episode_seeds(kSeed, 1)[0], options);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->from, (std::vector<int64_t>{kSettlingSteps, 65, 121}));  // of 126 steps
  for (int64_t p = 0; p < 3; ++p) {
    for (int64_t i = 0; i < 2; ++i) {
      const int64_t then = found->from[static_cast<size_t>(p)] + options.steps_ahead[static_cast<size_t>(i)];
      EXPECT_TRUE(
          at::allclose(found->sensors[0].mean[p][i], played.observations[0].values[then].to(at::kDouble), 1e-5, 1e-6));
      EXPECT_NEAR(found->reward.mean[p][i].item<double>(), played.rewards[then].item<double>(), 1e-5);
    }
  }
  EXPECT_EQ(found->reading_noise, (std::vector<double>{0.0}));
  EXPECT_LT(found->sensors[0].var.abs().max().item<double>(), 1e-12);
}

TEST(TrueFutures, WhatComesIsOneOfThem) {
  // The episode's own next reading differs from the mean as one more draw would: its squared distance is var (1 + 1/K).
  const data::Episode played = episode(world(0.3));
  env::BranchingWorld branching(world(0.3));
  const BranchOptions options{.steps_ahead = {1, 3}, .states = 100, .futures = 40};
  const auto found = true_futures(branching, played, episode_seeds(kSeed, 1)[0], options);
  ASSERT_TRUE(found);
  std::vector<at::Tensor> normalised;
  for (size_t p = 0; p < found->from.size(); ++p) {
    const at::Tensor came = played.observations[0].values[found->from[p] + 1].to(at::kDouble);
    const auto at = static_cast<int64_t>(p);
    normalised.push_back((came - found->sensors[0].mean[at][0]).square() / found->sensors[0].var[at][0]);
  }
  // Per element, over 100 states: the standard error of the mean is sqrt(2 / 100).
  const at::Tensor mean = at::stack(normalised).mean(0);
  EXPECT_GT(mean.min().item<double>(), 1.0 - 4 * 0.15);
  EXPECT_LT(mean.max().item<double>(), 1.0 + 4 * 0.15);
  // Further ahead more is possible.
  EXPECT_TRUE(
      (found->sensors[0].var.select(1, 1).mean(0) > found->sensors[0].var.select(1, 0).mean(0)).all().item<bool>());
}

TEST(TrueFutures, RefusesOtherEpisodesAndChoices) {
  const data::Episode played = episode(world(0.3));
  env::BranchingWorld branching(world(0.3));
  const uint64_t seed = episode_seeds(kSeed, 1)[0];
  EXPECT_THROW(true_futures(branching, played, seed + 1, {.states = 2}), SimulationError);
  EXPECT_THROW(true_futures(branching, played, seed, {.steps_ahead = {120}}), ConfigError);
  EXPECT_THROW(true_futures(branching, played, seed, {.steps_ahead = {2, 2}}), ConfigError);
  EXPECT_THROW(true_futures(branching, played, seed, {.futures = 1}), ConfigError);
  EXPECT_FALSE(true_futures(branching, played, seed, {.states = 2}, [] { return true; }));
}

}  // namespace
}  // namespace vrkn::evaluation::true_futures_test
