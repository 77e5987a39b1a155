#include "vrkn/env/wrapper/sensor_noise.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/env/synthetic/counter_environment.h"
#include "vrkn/env/wrapper/sensor_schedule.h"

namespace vrkn::env::sensor_noise_test {
namespace {

// Sensors "state", the count, and "image", whose red plane is the count and whose green plane is 0 below 256.
std::unique_ptr<Environment> counter(int64_t image_size = 8) {
  return std::make_unique<CounterEnvironment>(CounterOptions{.length = 1 << 20, .image_size = image_size});
}

std::vector<Observation> play(Environment& environment, uint64_t seed, int steps) {
  std::vector<Observation> episode = {environment.reset(seed).observation};
  for (int t = 1; t <= steps; ++t) episode.push_back(environment.step(std::vector{0.0, 0.0}).observation);
  return episode;
}

TEST(SensorNoise, IsGaussianInTheUnitsOfAVector) {
  constexpr int kSteps = 20000;
  SensorNoise environment(counter(1), "state", 0.25);
  const std::vector<Observation> episode = play(environment, 3, kSteps);
  double mean = 0.0, square = 0.0, fourth = 0.0, lagged = 0.0, before = 0.0;
  for (int t = 0; t <= kSteps; ++t) {
    const double z = (episode[static_cast<size_t>(t)].sensors[0].vector[0] - t) / 0.25;
    mean += z / kSteps;
    square += z * z / kSteps;
    fourth += z * z * z * z / kSteps;
    lagged += z * before / kSteps;
    before = z;
  }
  // Six standard errors: of a mean 1 / sqrt(n), of a variance sqrt(2 / n), of a fourth moment sqrt(96 / n).
  const double root = std::sqrt(static_cast<double>(kSteps));
  EXPECT_NEAR(mean, 0.0, 6.0 / root);
  EXPECT_NEAR(square, 1.0, 6.0 * std::sqrt(2.0) / root);
  EXPECT_NEAR(fourth, 3.0, 6.0 * std::sqrt(96.0) / root);
  EXPECT_NEAR(lagged, 0.0, 6.0 / root);
}

TEST(SensorNoise, IsAShareOfAnImagesRangeRoundedAndClipped) {
  constexpr int64_t kSize = 128, kArea = kSize * kSize;
  SensorNoise environment(counter(kSize), "image", 0.05);
  const Reading reading = play(environment, 4, 128).back().sensors[1];
  const double std = 0.05 * 255.0;
  double mean = 0.0, square = 0.0, black = 0.0, green = 0.0;
  for (size_t pixel = 0; pixel < kArea; ++pixel) {
    const double error = reading.image[pixel] - 128.0;
    mean += error / kArea;
    square += error * error / kArea;
    black += reading.image[kArea + pixel] == 0 ? 1.0 / kArea : 0.0;
    green += static_cast<double>(reading.image[kArea + pixel]) / kArea;
  }
  const double root = 128.0;  // of the number of pixels
  EXPECT_NEAR(mean, 0.0, 6.0 * std / root);
  EXPECT_NEAR(square, std * std + 1.0 / 12.0, 6.0 * std * std * std::sqrt(2.0) / root);  // 1/12: the rounding's
  // Of the green plane, 0, only the upper half is left: what rounds to 0 or below is black.
  const double share = 0.5 * (1.0 + std::erf(0.5 / std / std::sqrt(2.0)));
  EXPECT_NEAR(black, share, 6.0 * 0.5 / root);
  EXPECT_NEAR(green, std / std::sqrt(2.0 * std::numbers::pi), 6.0 * std * 0.6 / root);
}

TEST(SensorNoise, OfASilentReadingIsNoneAndLeavesTheOthersAsTheyWere) {
  SensorNoise outside(std::make_unique<SensorSchedule>(counter(), "image", 2, 4), "image", 0.1);
  SensorSchedule inside(std::make_unique<SensorNoise>(counter(), "image", 0.1), "image", 2, 4);
  const std::vector<Observation> a = play(outside, 5, 60), b = play(inside, 5, 60);
  int missing = 0;
  for (size_t t = 0; t < a.size(); ++t) {
    EXPECT_EQ(a[t].sensors[1].valid, b[t].sensors[1].valid);
    EXPECT_EQ(a[t].sensors[1].image, b[t].sensors[1].image) << t;
    missing += a[t].sensors[1].valid ? 0 : 1;
  }
  EXPECT_GT(missing, 20);
}

TEST(SensorNoise, FollowsTheEpisodesSeedAndTheSensor) {
  SensorNoise environment(counter(), "state", 0.1);
  const double first = play(environment, 1, 3)[3].sensors[0].vector[0];
  EXPECT_NE(play(environment, 2, 3)[3].sensors[0].vector[0], first);
  EXPECT_EQ(play(environment, 1, 3)[3].sensors[0].vector[0], first);
  SensorNoise both(std::make_unique<SensorNoise>(counter(), "image", 0.3), "state", 0.1);
  EXPECT_EQ(play(both, 1, 3)[3].sensors[0].vector[0], first);
}

TEST(SensorNoise, RefusesImpossibleDeviationsAndUnknownSensors) {
  EXPECT_THROW(SensorNoise(counter(), "state", -0.1), ConfigError);
  EXPECT_THROW(SensorNoise(counter(), "state", std::numeric_limits<double>::quiet_NaN()), ConfigError);
  EXPECT_THROW(SensorNoise(counter(), "touch", 0.1), ConfigError);
}

}  // namespace
}  // namespace vrkn::env::sensor_noise_test
