#include "vrkn/evaluation/run_episodes.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "vrkn/agent/random/random_agent.h"
#include "vrkn/env/make_environment.h"
#include "vrkn/evaluation/evaluation.h"

namespace vrkn::evaluation::run_episodes_test {
namespace {

env::EnvironmentPool counters(size_t count) {
  env::Environments environments;
  for (size_t i = 0; i < count; ++i) {
    environments.push_back(env::make_environment({.task = "counter", .sensors = {"state"}, .action_repeat = 1}));
  }
  return env::EnvironmentPool(std::move(environments), 2);
}

TEST(RunEpisodes, EveryStepArrivesOnceAndInOrder) {
  env::EnvironmentPool environments = counters(3);
  const env::EnvironmentSpec& spec = environments.spec();
  agent::RandomAgent agent(spec.action_size);
  math::TensorGenerator rng(1);
  const uint64_t seeds[] = {1, 2, 3};
  size_t seen = 0;
  const auto episodes = run_episodes(
      agent, environments, seeds, {.rng = rng},
      {.on_step = [&](size_t, env::Environment&, const env::Observation&) { ++seen; }, .stop_requested = {}});
  ASSERT_TRUE(episodes);
  ASSERT_EQ(episodes->size(), 3u);
  EXPECT_EQ(seen, static_cast<size_t>(3 * (spec.step_limit + 1)));
  for (const data::Episode& episode : *episodes) {
    ASSERT_EQ(episode.length(), spec.step_limit + 1);
    EXPECT_EQ(episode.actions[0].abs().sum().item<float>(), 0.0f);
    EXPECT_GT(episode.actions[1].abs().sum().item<float>(), 0.0f);
    const at::Tensor count = episode.observations[0].values.select(1, 0);
    EXPECT_TRUE(at::equal(count, at::arange(0, episode.length(), at::kFloat)));
    EXPECT_TRUE(at::equal(episode.rewards, count));
  }
}

TEST(RunEpisodes, AStopDropsTheEpisodes) {
  env::EnvironmentPool environments = counters(1);
  agent::RandomAgent agent(environments.spec().action_size);
  math::TensorGenerator rng(1);
  const uint64_t seeds[] = {1};
  int asked = 0;
  EXPECT_FALSE(run_episodes(agent, environments, seeds, {.rng = rng},
                            {.on_step = {}, .stop_requested = [&] { return ++asked > 4; }}));
  EXPECT_EQ(asked, 5);
}

TEST(Evaluation, SummarisesReturns) {
  const Evaluation evaluation{.returns = {4.0, 1.0, 1.0, 2.0}, .lengths = {}};
  EXPECT_DOUBLE_EQ(evaluation.mean(), 2.0);
  EXPECT_DOUBLE_EQ(evaluation.median(), 1.5);
  EXPECT_DOUBLE_EQ(evaluation.std(), std::sqrt(2.0));
}

TEST(Evaluation, IsAFunctionOfItsSeed) {
  env::Environments worlds;
  for (int i = 0; i < 2; ++i)
    worlds.push_back(env::make_environment({.task = "double_integrator", .sensors = {"state"}}));
  env::EnvironmentPool environments(std::move(worlds));
  agent::RandomAgent agent(environments.spec().action_size);
  const auto first = evaluate(agent, environments, 7), again = evaluate(agent, environments, 7),
             other = evaluate(agent, environments, 8);
  EXPECT_EQ(first->returns, again->returns);
  EXPECT_NE(first->returns, other->returns);
  EXPECT_NE(first->returns[0], first->returns[1]);
}

}  // namespace
}  // namespace vrkn::evaluation::run_episodes_test
