#include "vrkn/training/background_episode.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/agent/random/random_agent.h"
#include "vrkn/core/error.h"
#include "vrkn/env/make_environment.h"

namespace vrkn::training::background_episode_test {
namespace {

using testing::ThrowsMessage;

/// A world and someone who acts in it.
class BackgroundEpisodeTest : public testing::Test {
 protected:
  std::optional<data::Episode> play(const evaluation::EpisodeHooks& hooks) {
    math::TensorGenerator rng(3);
    const uint64_t seeds[] = {7};
    auto episodes = evaluation::run_episodes(agent_, pool_, seeds, {.rng = rng}, hooks);
    return episodes ? std::optional(std::move(episodes->front())) : std::nullopt;
  }

  static env::Environments one_world() {
    env::Environments worlds;
    worlds.push_back(env::make_environment({.task = "double_integrator", .sensors = {"state"}, .action_repeat = 5}));
    return worlds;
  }

  env::EnvironmentPool pool_{one_world()};
  agent::RandomAgent agent_{pool_.spec().action_size};
};

TEST_F(BackgroundEpisodeTest, IsTheOneThatTheCallersThreadWouldPlay) {
  const data::Episode expected = *play({});
  int threads = 0;
  BackgroundEpisode background([&](const evaluation::EpisodeHooks& hooks) {
    threads = at::get_num_threads();
    return play(hooks);
  });
  const data::Episode found = background.take();
  EXPECT_EQ(threads, 1);
  EXPECT_EQ(found.length(), 21);
  EXPECT_TRUE(at::equal(found.observations[0].values, expected.observations[0].values));
  EXPECT_TRUE(at::equal(found.actions, expected.actions));
  EXPECT_TRUE(at::equal(found.rewards, expected.rewards));
}

TEST_F(BackgroundEpisodeTest, TellsOfItsSteps) {
  BackgroundEpisode background([&](const evaluation::EpisodeHooks& hooks) { return play(hooks); });
  int64_t seen = 0;
  while (const auto steps = background.wait_for_more_than(seen)) {
    EXPECT_GT(*steps, seen);
    EXPECT_LE(*steps, 21);
    seen = *steps;
  }
  EXPECT_NO_THROW(background.check());
  EXPECT_EQ(background.take().length(), 21);
}

TEST_F(BackgroundEpisodeTest, IsDroppedWhenNobodyWaitsForIt) {
  bool was_stopped = false;
  {
    const BackgroundEpisode background([&](const evaluation::EpisodeHooks& hooks) -> std::optional<data::Episode> {
      while (!hooks.stop_requested()) std::this_thread::yield();
      was_stopped = !play(hooks).has_value();
      return std::nullopt;
    });
  }
  EXPECT_TRUE(was_stopped);
}

TEST_F(BackgroundEpisodeTest, WhatItThrowsReachesTheCaller) {
  BackgroundEpisode background([&](const evaluation::EpisodeHooks& hooks) -> std::optional<data::Episode> {
    play(hooks);
    throw SimulationError("the world has ended");
  });
  EXPECT_THAT(
      [&] {
        while (background.wait_for_more_than(0)) {
        }
      },
      ThrowsMessage<SimulationError>("the world has ended"));
  EXPECT_THAT([&] { background.check(); }, ThrowsMessage<SimulationError>("the world has ended"));
  EXPECT_THAT([&] { background.take(); }, ThrowsMessage<SimulationError>("the world has ended"));
}

}  // namespace
}  // namespace vrkn::training::background_episode_test
