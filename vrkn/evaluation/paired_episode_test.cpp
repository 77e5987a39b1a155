#include "vrkn/evaluation/paired_episode.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "vrkn/agent/make_agent.h"
#include "vrkn/core/error.h"
#include "vrkn/env/make_environment.h"

namespace vrkn::evaluation::paired_episode_test {
namespace {

env::EnvironmentConfig disturbed() {
  return {.task = "double_integrator",
          .sensors = {"image", "state"},
          .image_size = 16,
          .action_repeat = 5,
          .transition_noise = 0.3,
          .occlusion = env::DiscOcclusion{},
          .image = {.interval_min = 2, .interval_max = 3},
          .state = {.dropout = 0.3, .delay = 2, .noise = 0.5}};
}

std::optional<PairedEpisode> play(const env::EnvironmentConfig& one, const env::EnvironmentConfig& other, int64_t steps,
                                  const std::function<bool()>& stop_requested = {}) {
  const auto world = env::make_environment(one), undisturbed = env::make_environment(other);
  const auto agent = agent::make_agent(agent::RandomConfig{}, {}, world->spec(), 0, c10::kCPU);
  math::TensorGenerator rng(1);
  return play_pair(*agent, *world, *undisturbed, 7, steps, {.rng = rng}, stop_requested);
}

TEST(PairedEpisode, TheTruthIsTheSameEpisodeSeenClearly) {
  const auto pair = play(disturbed(), disturbed().undisturbed(), 1000);
  ASSERT_TRUE(pair.has_value());
  ASSERT_EQ(pair->seen.length(), 21);  // 100 control steps
  EXPECT_TRUE(pair->seen.rewards.equal(pair->truth.rewards));
  EXPECT_TRUE(pair->seen.actions.equal(pair->truth.actions));
  const data::Readings &seen = pair->seen.observations[0], &truth = pair->truth.observations[0];
  EXPECT_TRUE(truth.valid.all().item<bool>());
  EXPECT_FALSE(truth.visible.defined());
  // Where a pixel shows the world it shows the same in both.
  const at::Tensor shows = seen.visible.unsqueeze(1).expand_as(seen.values);
  EXPECT_GT(shows.sum().item<int64_t>(), 0);
  EXPECT_TRUE(seen.values.masked_select(shows).equal(truth.values.masked_select(shows)));
  EXPECT_FALSE(seen.values.equal(truth.values));
  EXPECT_FALSE(pair->seen.observations[1].values.equal(pair->truth.observations[1].values));
}

TEST(PairedEpisode, EndsAfterSoManyStepsOrWhenAskedTo) {
  EXPECT_EQ(play(disturbed(), disturbed().undisturbed(), 4)->seen.length(), 4);
  EXPECT_FALSE(play(disturbed(), disturbed().undisturbed(), 4, [] { return true; }).has_value());
}

TEST(PairedEpisode, AnotherWorldIsNoticed) {
  env::EnvironmentConfig other = disturbed().undisturbed();
  other.transition_noise = 0.0;
  EXPECT_THROW(play(disturbed(), other, 1000), SimulationError);
}

}  // namespace
}  // namespace vrkn::evaluation::paired_episode_test
