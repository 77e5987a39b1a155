#include "vrkn/env/wrapper/sensor_dropout.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/env/synthetic/counter_environment.h"

namespace vrkn::env::sensor_dropout_test {
namespace {

std::unique_ptr<Environment> counter() {
  return std::make_unique<CounterEnvironment>(CounterOptions{.length = 1 << 20, .image_size = 4});
}

// For every step from the reset on, whether the sensor "image" was heard.
std::vector<bool> heard(Environment& environment, uint64_t seed, int steps) {
  std::vector<bool> result = {environment.reset(seed).observation.sensors[1].valid};
  for (int t = 1; t <= steps; ++t) {
    result.push_back(environment.step(std::vector{0.0, 0.0}).observation.sensors[1].valid);
  }
  return result;
}

TEST(SensorDropout, LosesTheGivenShareIndependently) {
  constexpr int kSteps = 30000;
  SensorDropout environment(counter(), "image", 0.3);
  const std::vector<bool> valid = heard(environment, 7, kSteps);
  double lost = 0.0, twice = 0.0;
  for (size_t t = 1; t < valid.size(); ++t) {
    lost += valid[t] ? 0.0 : 1.0 / kSteps;
    twice += valid[t] || valid[t - 1] ? 0.0 : 1.0 / kSteps;
  }
  const double root = std::sqrt(static_cast<double>(kSteps));
  EXPECT_NEAR(lost, 0.3, 6.0 * std::sqrt(0.3 * 0.7) / root);
  // The variance of the overlapping pairs' mean: p^2 (1 - p^2) + 2 p^3 (1 - p).
  EXPECT_NEAR(twice, 0.09, 6.0 * std::sqrt(0.09 * 0.91 + 2.0 * 0.027 * 0.7) / root);
}

TEST(SensorDropout, LosesTheResetsReadingAsOften) {
  SensorDropout environment(counter(), "image", 0.3);
  constexpr int kEpisodes = 3000;
  int lost = 0;
  for (uint64_t seed = 0; seed < kEpisodes; ++seed) {
    lost += environment.reset(seed).observation.sensors[1].valid ? 0 : 1;
  }
  EXPECT_NEAR(lost, 0.3 * kEpisodes, 6.0 * std::sqrt(0.21 * kEpisodes));
}

TEST(SensorDropout, LostReadingsAreZeroAndOthersUntouched) {
  SensorDropout environment(counter(), "image", 0.5);
  environment.reset(1);
  for (int t = 1; t <= 50; ++t) {
    const TimeStep now = environment.step(std::vector{0.0, 0.0});
    const Reading& image = now.observation.sensors[1];
    EXPECT_EQ(image.image.size(), 48u);
    EXPECT_EQ(image.valid, std::ranges::any_of(image.image, [](uint8_t value) { return value != 0; }));
    EXPECT_EQ(now.observation.sensors[0].vector[0], t);
    EXPECT_EQ(now.reward, t);
  }
}

TEST(SensorDropout, GoesFromNeverToAlways) {
  SensorDropout never(counter(), "image", 0.0), always(counter(), "image", 1.0);
  EXPECT_EQ(heard(never, 1, 100), std::vector<bool>(101, true));
  EXPECT_EQ(heard(always, 1, 100), std::vector<bool>(101, false));
}

TEST(SensorDropout, FollowsTheEpisodesSeed) {
  SensorDropout environment(counter(), "image", 0.5);
  const std::vector<bool> first = heard(environment, 1, 100);
  EXPECT_NE(heard(environment, 2, 100), first);
  EXPECT_EQ(heard(environment, 1, 100), first);
}

TEST(SensorDropout, RefusesWhatIsNoProbability) {
  for (const double probability : {-0.1, 1.1, std::nan("")}) {
    EXPECT_THROW(SensorDropout(counter(), "image", probability), ConfigError);
  }
  EXPECT_THROW(SensorDropout(counter(), "touch", 0.1), ConfigError);
}

}  // namespace
}  // namespace vrkn::env::sensor_dropout_test
