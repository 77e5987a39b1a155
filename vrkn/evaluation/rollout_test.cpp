#include "vrkn/evaluation/rollout.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "vrkn/agent/random/random_agent.h"
#include "vrkn/env/make_environment.h"
#include "vrkn/evaluation/evaluation.h"

namespace vrkn::evaluation::rollout_test {
namespace {

env::EnvironmentPool points(int64_t count, int64_t threads = 1) {
  return env::make_environment_pool({.task = "double_integrator", .sensors = {"state"}, .action_repeat = 5}, count,
                                    threads);
}

std::vector<data::Episode> play(env::EnvironmentPool& pool, int64_t count, uint64_t seed, double amplitude = 1.0) {
  agent::RandomAgent agent(pool.spec().action_size, amplitude);
  std::vector<data::Episode> episodes;
  EXPECT_TRUE(roll_out(agent, pool, count, seed, [&](int64_t number, const data::Episode& episode) {
    EXPECT_EQ(number, static_cast<int64_t>(episodes.size()));
    episodes.push_back(episode);
  }));
  return episodes;
}

TEST(Rollout, PlaysAsManyEpisodesAsAskedWhateverThePoolHolds) {
  env::EnvironmentPool pool = points(3);
  for (const int64_t count : {0, 1, 3, 7}) EXPECT_EQ(static_cast<int64_t>(play(pool, count, 1).size()), count);
}

TEST(Rollout, IsAFunctionOfItsSeedAndNotOfTheThreads) {
  env::EnvironmentPool one = points(3);
  env::EnvironmentPool several = points(3, 3);
  const std::vector<data::Episode> first = play(one, 7, 5), again = play(several, 7, 5), other = play(one, 7, 6);
  for (size_t i = 0; i < 7; ++i) {
    EXPECT_TRUE(at::equal(first[i].actions, again[i].actions));
    EXPECT_TRUE(at::equal(first[i].observations[0].values, again[i].observations[0].values));
    EXPECT_FALSE(at::equal(first[i].observations[0].values, other[i].observations[0].values));
    for (size_t j = 0; j < i; ++j) EXPECT_FALSE(at::equal(first[i].actions, first[j].actions));
  }
}

TEST(Rollout, EpisodesBeginAlikeWhateverTheAgentDoes) {
  env::EnvironmentPool pool = points(2);
  const std::vector<data::Episode> wild = play(pool, 5, 5), still = play(pool, 5, 5, 0.0);
  for (size_t i = 0; i < 5; ++i) {
    EXPECT_TRUE(at::equal(wild[i].observations[0].values[0], still[i].observations[0].values[0]));
    EXPECT_EQ(still[i].actions.abs().max().item<float>(), 0.0f);
    EXPECT_GT(wild[i].actions.abs().max().item<float>(), 0.5f);
  }
}

TEST(Rollout, OneGroupIsAnEvaluation) {
  env::EnvironmentPool pool = points(4);
  agent::RandomAgent agent(pool.spec().action_size);
  const Evaluation evaluation = evaluate(agent, pool, 11).value();
  const std::vector<data::Episode> episodes = play(pool, 4, 11);
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(evaluation.returns[i], episodes[i].episode_return());
}

TEST(Rollout, HooksAreToldTheNumberOfTheEpisode) {
  env::EnvironmentPool pool = points(2);
  agent::RandomAgent agent(pool.spec().action_size);
  std::vector<int> steps(5, 0);
  size_t received = 0;
  const EpisodeHooks hooks{
      .on_step = [&](size_t number, env::Environment&, const env::Observation&) { ++steps.at(number); },
      .stop_requested = [&] { return received == 4; }};
  EXPECT_FALSE(roll_out(
      agent, pool, 5, 1, [&](int64_t, const data::Episode&) { ++received; }, hooks));
  EXPECT_EQ(received, 4u);
  EXPECT_EQ(steps, (std::vector{21, 21, 21, 21, 1}));  // the last one was begun, and dropped
}

}  // namespace
}  // namespace vrkn::evaluation::rollout_test
