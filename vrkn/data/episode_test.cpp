#include "vrkn/data/episode.h"

#include <cmath>
#include <fstream>
#include <limits>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/counter_episode.h"
#include "tests/support/temporary_folder.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/data/episode_file.h"
#include "vrkn/data/statistics.h"

namespace vrkn::data::episode_test {
namespace {

TEST(Episode, BuilderKeepsEveryStep) {
  const Episode episode = counter_episode(3, 10);
  EXPECT_EQ(episode.length(), 10);
  EXPECT_DOUBLE_EQ(episode.episode_return(), 45.0);
  EXPECT_EQ(episode.observations[0].values.sizes(), (at::IntArrayRef{10, 3, 4, 4}));
  EXPECT_EQ(episode.observations[0].values[4][2][3][3].item<int>(), 4);
  EXPECT_FALSE(episode.observations[0].valid[5].item<bool>());
  const at::Tensor hidden = ~episode.observations[0].visible.flatten(1);
  ASSERT_EQ(hidden.sizes(), (at::IntArrayRef{10, 16}));
  EXPECT_EQ(hidden[6].nonzero().item<int64_t>(), 6);
  EXPECT_TRUE(hidden[5].all().item<bool>()) << "a missing picture shows nothing";
  EXPECT_FALSE(episode.observations[1].visible.defined());
  EXPECT_EQ(episode.observations[1].values[7][1].item<float>(), 7.0f);
}

TEST(Episode, RefusesReadingsOfTheWrongSize) {
  EpisodeBuilder builder(counter_sensors(), 1);
  env::TimeStep step;
  step.observation.sensors.resize(2);
  step.observation.sensors[0].image.resize(47);
  step.observation.sensors[0].visible.resize(16);
  step.observation.sensors[1].vector.resize(2);
  const double action[] = {0.0};
  builder.add(step, action);
  EXPECT_THROW(builder.build(), ShapeError);
  EXPECT_THROW(builder.add(step, {}), ShapeError);
}

TEST(Episode, RefusesNumbersThatNothingCanBeLearnedFrom) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto add = [](double reward, double reading, double discount, double force) {
    return [=] {
      EpisodeBuilder builder({{"state", env::SensorKind::kVector, {2}}}, 1);
      env::TimeStep step{.observation = {{{.vector = {0.0, reading}, .image = {}, .visible = {}}}},
                         .reward = reward,
                         .discount = discount};
      const double action[] = {force};
      builder.add(step, action);
    };
  };
  const auto refused = [](const std::string& what) {
    return testing::ThrowsMessage<DataError>(testing::HasSubstr(what));
  };
  EXPECT_NO_THROW(add(1e6, -1e9, 0.0, 1.0)());
  EXPECT_THAT(add(1e30, 0, 1, 0),
              refused("reward is 1e+30 at step 0 of an episode; allowed are numbers of up to 1e+06"));
  EXPECT_THAT(add(-2e6, 0, 1, 0), refused("reward is -2e+06"));
  EXPECT_THAT(add(nan, 0, 1, 0), refused("reward is nan"));
  EXPECT_THAT(add(0, 1e30, 1, 0), refused("reading of 'state' is 1e+30"));
  EXPECT_THAT(add(0, nan, 1, 0), refused("reading of 'state' is nan"));
  EXPECT_THAT(add(0, 0, 1.5, 0), refused("discount is 1.5"));
  EXPECT_THAT(add(0, 0, 1, nan), testing::ThrowsMessage<NumericalError>(testing::HasSubstr("the action that led to")));
}

TEST(Episode, RefusesFilesWithNumbersThatNothingCanBeLearnedFrom) {
  const TemporaryFolder folder;
  const auto expect_refused = [&](const std::string& what, const auto& change) {
    Episode episode = counter_episode(1, 5);
    change(episode);
    write_episode(folder / "a.npz", episode, counter_sensors());
    EXPECT_THAT([&] { read_episode(folder / "a.npz", counter_sensors(), 1); },
                testing::ThrowsMessage<DataError>(testing::HasSubstr(what)));
  };
  expect_refused("'reward' holds 1e+30 at step 2; allowed", [](Episode& episode) { episode.rewards[2] = 1e30; });
  expect_refused("'action' holds -inf at step 4", [](Episode& episode) { episode.actions[4][0] = -INFINITY; });
  expect_refused("'state' holds 2e+09 at step 3", [](Episode& episode) { episode.observations[1].values[3][1] = 2e9; });
  expect_refused("'discount' holds 3 at step 1", [](Episode& episode) { episode.discounts[1] = 3.0; });
}

TEST(Episode, RefusesMasksThatTheSpecDoesNotName) {
  for (const size_t pixels : {0, 15, 16}) {
    for (const bool masked : {false, true}) {
      const std::vector<env::SensorSpec> sensors{{"image", env::SensorKind::kImage, {3, 4, 4}, masked}};
      env::Observation observation{std::vector<env::Reading>(1)};
      observation.sensors[0].image.resize(48);
      observation.sensors[0].visible.resize(pixels);
      if (pixels == (masked ? 16u : 0u)) {
        EXPECT_NO_THROW(stack({&observation, 1}, sensors));
      } else {
        EXPECT_THROW(stack({&observation, 1}, sensors), ShapeError) << pixels << masked;
      }
    }
  }
}

TEST(Readings, MapReachesEveryTensorAndLeavesTheUndefinedAlone) {
  const Readings full{at::ones({2, 3, 4, 4}), at::ones({2}), at::ones({2, 4, 4})};
  const auto sum = [](const at::Tensor& a, const at::Tensor& b) { return a + b; };
  const Readings doubled = map(sum, full, full);
  for (const at::Tensor& tensor : {doubled.values, doubled.valid, doubled.visible}) {
    EXPECT_TRUE((tensor == 2).all().item<bool>());
  }
  EXPECT_FALSE(map(sum, Readings{full.values, full.valid}, full).visible.defined());
}

TEST(EpisodeFile, RoundTrip) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "episode.npz";
  const Episode episode = counter_episode(1, 9);
  write_episode(path, episode, counter_sensors());
  const Episode read = read_episode(path, counter_sensors(), 1);
  for (size_t s = 0; s < 2; ++s) {
    EXPECT_TRUE(at::equal(episode.observations[s].values, read.observations[s].values));
    EXPECT_TRUE(at::equal(episode.observations[s].valid, read.observations[s].valid));
  }
  EXPECT_TRUE(at::equal(episode.observations[0].visible, read.observations[0].visible));
  EXPECT_FALSE(read.observations[1].visible.defined());
  EXPECT_TRUE(at::equal(episode.actions, read.actions));
  EXPECT_TRUE(at::equal(episode.rewards, read.rewards));
  EXPECT_TRUE(at::equal(episode.discounts, read.discounts));
}

TEST(EpisodeFile, AMaskedSensorNeedsItsMask) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "episode.npz";
  auto unmasked = counter_sensors();
  unmasked[0].masked = false;
  write_episode(path, counter_episode(1, 9), unmasked);
  EXPECT_FALSE(read_episode(path, unmasked, 1).observations[0].visible.defined());
  EXPECT_THROW(read_episode(path, counter_sensors(), 1), DataError);
}

TEST(EpisodeFile, RefusesOtherSensorsAndDamage) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "episode.npz";
  write_episode(path, counter_episode(1, 9), counter_sensors());
  auto other = counter_sensors();
  other[1].shape = {3};
  EXPECT_THROW(read_episode(path, other, 1), DataError);
  EXPECT_THROW(read_episode(path, counter_sensors(), 2), DataError);
  const std::string bytes = read_file(path);
  std::ofstream(path, std::ios::binary) << bytes.substr(0, bytes.size() / 2);
  EXPECT_THROW(read_episode(path, counter_sensors(), 1), DataError);
}

TEST(Statistics, AreThoseOfTheValidSteps) {
  const std::vector<Episode> episodes{counter_episode(0, 5), counter_episode(4, 5)};
  const auto statistics = sensor_statistics(episodes, counter_sensors());
  // The images that came are full of 0, 2 and 4; pixel number 0, 2 or 4 of these is hidden.
  at::Tensor mean = at::full({3, 16}, 2.0f);
  mean.select(1, 0).fill_(3.0f);
  mean.select(1, 4).fill_(1.0f);
  EXPECT_TRUE(at::equal(statistics[0].mean, mean.view({3, 4, 4})));
  EXPECT_FALSE(statistics[0].std.defined());
  EXPECT_FLOAT_EQ(statistics[1].mean[0].item<float>(), 2.0f);
  EXPECT_FLOAT_EQ(statistics[1].std[0].item<float>(), 2.0f);
  EXPECT_FLOAT_EQ(statistics[1].mean[1].item<float>(), 2.0f);
  EXPECT_NEAR(statistics[1].std[1].item<float>(), std::sqrt(2.0), 1e-6);
  const std::vector<Episode> constant{counter_episode(0, 1)};
  EXPECT_FLOAT_EQ(sensor_statistics(constant, counter_sensors())[1].std[0].item<float>(), 0.01f);
}

}  // namespace
}  // namespace vrkn::data::episode_test
