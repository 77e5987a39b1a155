#include "vrkn/data/replay.h"

#include <map>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/counter_episode.h"
#include "tests/support/temporary_folder.h"
#include "vrkn/core/error.h"

namespace vrkn::data::replay_test {
namespace {

TEST(Replay, EveryWindowIsConsecutiveStepsOfOneEpisode) {
  Replay replay(counter_sensors(), 1);
  for (int number = 0; number < 4; ++number) replay.add(counter_episode(number, 12 + number));
  ScalarGenerator random(1);
  const Batch batch = replay.sample(64, 7, random);
  const at::Tensor state = batch.observations[1].values;
  ASSERT_EQ(state.sizes(), (at::IntArrayRef{64, 7, 2}));
  ASSERT_EQ(batch.rewards.sizes(), (at::IntArrayRef{64, 7, 1}));
  for (int64_t b = 0; b < 64; ++b) {
    for (int64_t t = 0; t < 7; ++t) {
      const float step = state[b][t][1].item<float>();
      EXPECT_EQ(state[b][t][0].item<float>(), state[b][0][0].item<float>());
      EXPECT_EQ(step, state[b][0][1].item<float>() + static_cast<float>(t));
      EXPECT_EQ(batch.actions[b][t][0].item<float>(), step);
      EXPECT_EQ(batch.rewards[b][t][0].item<float>(), step);
      const bool valid = static_cast<int>(step) % 2 == 0;
      EXPECT_EQ(batch.observations[0].valid[b][t].item<bool>(), valid);
      EXPECT_EQ(batch.observations[0].values[b][t][0][0][0].item<int>(), valid ? static_cast<int>(step) : 0);
      const at::Tensor visible = batch.observations[0].visible[b][t].flatten();
      EXPECT_EQ(visible.sum().item<int>(), valid ? 15 : 0);
      EXPECT_FALSE(visible[static_cast<int64_t>(step) % 16].item<bool>());
    }
  }
}

TEST(Replay, EpisodesAndBeginsAreUniform) {
  Replay replay(counter_sensors(), 1);
  replay.add(counter_episode(0, 5));
  replay.add(counter_episode(1, 8));
  ScalarGenerator random(2);
  const int count = 20000;
  const at::Tensor state = replay.sample(count, 5, random).observations[1].values;
  std::map<std::pair<int, int>, int> drawn;
  for (int64_t b = 0; b < count; ++b) {
    ++drawn[{static_cast<int>(state[b][0][0].item<float>()), static_cast<int>(state[b][0][1].item<float>())}];
  }
  // One begin in episode 0 with probability 1/2, four in episode 1 with 1/8 each; six standard deviations.
  ASSERT_EQ(drawn.size(), 5u);
  for (const auto& [where, times] : drawn) {
    const double p = where.first == 0 ? 0.5 : 0.125;
    EXPECT_NEAR(times, count * p, 6 * std::sqrt(count * p * (1 - p)));
  }
}

TEST(Replay, SameStreamSameBatch) {
  Replay replay(counter_sensors(), 1);
  for (int number = 0; number < 3; ++number) replay.add(counter_episode(number, 20));
  ScalarGenerator a(5), b(5), c(6);
  const at::Tensor first = replay.sample(8, 4, a).actions;
  EXPECT_TRUE(at::equal(first, replay.sample(8, 4, b).actions));
  EXPECT_FALSE(at::equal(first, replay.sample(8, 4, c).actions));
}

TEST(Replay, SharesAreRowsOfTheWholeBatch) {
  Replay replay(counter_sensors(), 1);
  for (int number = 0; number < 3; ++number) replay.add(counter_episode(number, 20));
  ScalarGenerator whole(5);
  const Batch batch = replay.sample(12, 4, whole);
  for (int64_t index = 0; index < 3; ++index) {
    ScalarGenerator same(5);
    const Batch part = replay.sample(12, 4, same, {index, 3});
    const auto rows = [&](const at::Tensor& tensor) { return tensor.narrow(0, index * 4, 4); };
    EXPECT_TRUE(at::equal(part.actions, rows(batch.actions)));
    EXPECT_TRUE(at::equal(part.rewards, rows(batch.rewards)));
    EXPECT_TRUE(at::equal(part.observations[0].values, rows(batch.observations[0].values)));
    EXPECT_TRUE(at::equal(part.observations[0].visible, rows(batch.observations[0].visible)));
    EXPECT_TRUE(at::equal(part.observations[1].valid, rows(batch.observations[1].valid)));
  }
}

TEST(Replay, RefusesWindowsLongerThanEveryEpisode) {
  Replay replay(counter_sensors(), 1);
  ScalarGenerator random(1);
  EXPECT_THROW(replay.sample(1, 1, random), DataError);
  replay.add(counter_episode(0, 5));
  EXPECT_NO_THROW(replay.sample(1, 5, random));
  EXPECT_THROW(replay.sample(1, 6, random), DataError);
}

TEST(Replay, ComesBackFromItsFolder) {
  const TemporaryFolder folder;
  Replay replay(counter_sensors(), 1, folder.path());
  for (int number = 0; number < 3; ++number) replay.add(counter_episode(number, 6));
  Replay reread(counter_sensors(), 1, folder.path());
  reread.load(2);
  ASSERT_EQ(reread.episodes().size(), 2u);
  EXPECT_TRUE(at::equal(reread.episodes()[1].observations[0].values, replay.episodes()[1].observations[0].values));
  Replay too_many(counter_sensors(), 1, folder.path());
  EXPECT_THROW(too_many.load(4), DataError);
}

}  // namespace
}  // namespace vrkn::data::replay_test
