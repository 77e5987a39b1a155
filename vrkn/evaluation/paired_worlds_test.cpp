#include "vrkn/evaluation/paired_worlds.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "vrkn/agent/random/random_agent.h"
#include "vrkn/env/make_environment.h"
#include "vrkn/evaluation/rollout.h"

namespace vrkn::evaluation::paired_worlds_test {
namespace {

const env::EnvironmentConfig kConfig{
    .task = "double_integrator", .sensors = {"state"}, .action_repeat = 5, .state = {.noise = 0.5}};

TEST(PairedWorlds, EpisodesBeginAsThoseOfARollout) {
  constexpr uint64_t kSeed = 5;
  PairedWorlds worlds(kConfig);
  agent::RandomAgent agent(worlds.spec().action_size);
  env::EnvironmentPool pool = env::make_environment_pool(kConfig, /*count=*/3, /*threads=*/1);
  roll_out(agent, pool, 3, kSeed, [&](int64_t number, const data::Episode& episode) {
    const PairedEpisode pair = worlds.play(agent, kSeed, number, 4).value();
    EXPECT_TRUE(at::equal(pair.seen.observations[0].values[0], episode.observations[0].values[0]));
    EXPECT_FALSE(at::equal(pair.seen.observations[0].values, pair.truth.observations[0].values));
  });
}

TEST(PairedWorlds, AnEpisodeIsAFunctionOfSeedAndNumber) {
  PairedWorlds worlds(kConfig);
  agent::RandomAgent agent(worlds.spec().action_size);
  const auto actions = [&](uint64_t seed, int64_t number) {
    return worlds.play(agent, seed, number, 10).value().seen.actions;
  };
  const at::Tensor first = actions(1, 0);
  EXPECT_FALSE(at::equal(first, actions(1, 1)));
  EXPECT_FALSE(at::equal(first, actions(2, 0)));
  EXPECT_TRUE(at::equal(first, actions(1, 0)));
  EXPECT_FALSE(worlds.play(agent, 1, 0, 10, [] { return true; }));
}

}  // namespace
}  // namespace vrkn::evaluation::paired_worlds_test
