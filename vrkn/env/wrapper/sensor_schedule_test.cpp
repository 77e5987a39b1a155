#include "vrkn/env/wrapper/sensor_schedule.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/env/synthetic/counter_environment.h"

namespace vrkn::env::sensor_schedule_test {
namespace {

std::unique_ptr<Environment> counter(int64_t length) {
  return std::make_unique<CounterEnvironment>(CounterOptions{.length = length, .image_size = 8});
}

bool all_zero(const Reading& reading) {
  return std::ranges::all_of(reading.vector, [](double value) { return value == 0.0; }) &&
         std::ranges::all_of(reading.image, [](uint8_t value) { return value == 0; });
}

// Steps at which sensor `index` was heard.
std::vector<int> heard(Environment& environment, uint64_t seed, size_t index, int steps) {
  std::vector<int> at;
  if (environment.reset(seed).observation.sensors[index].valid) at.push_back(0);
  for (int t = 1; t <= steps; ++t) {
    if (environment.step(std::vector{0.0, 0.0}).observation.sensors[index].valid) at.push_back(t);
  }
  return at;
}

TEST(SensorSchedule, IntervalsAreUniform) {
  constexpr int kSteps = 30000;
  SensorSchedule environment(counter(kSteps), "image", 4, 8);
  const std::vector<int> at = heard(environment, 3, 1, kSteps);
  EXPECT_EQ(at.front(), 0);
  std::map<int, int> counts;
  for (size_t i = 1; i < at.size(); ++i) ++counts[at[i] - at[i - 1]];
  ASSERT_EQ(counts.size(), 5u);
  EXPECT_EQ(counts.begin()->first, 4);
  EXPECT_EQ(counts.rbegin()->first, 8);
  const double draws = static_cast<double>(at.size() - 1);
  // Six standard deviations of a binomial count with probability 1/5.
  for (const auto& [gap, count] : counts) EXPECT_NEAR(count, draws / 5.0, 6.0 * std::sqrt(draws * 0.16)) << gap;
}

TEST(SensorSchedule, MissingReadingsAreZeroAndOthersUntouched) {
  SensorSchedule environment(counter(50), "image", 2, 3);
  environment.reset(1);
  for (int t = 1; t <= 50; ++t) {
    const TimeStep now = environment.step(std::vector{0.0, 0.0});
    const Reading& image = now.observation.sensors[1];
    EXPECT_EQ(image.image.size(), 3u * 8 * 8);
    EXPECT_EQ(all_zero(image), !image.valid) << "step " << t;
    EXPECT_TRUE(now.observation.sensors[0].valid);
    EXPECT_EQ(now.observation.sensors[0].vector[0], t);
    EXPECT_EQ(now.reward, t);
  }
}

TEST(SensorSchedule, FollowsTheEpisodesSeed) {
  SensorSchedule environment(counter(200), "image", 4, 8);
  const std::vector<int> first = heard(environment, 5, 1, 200);
  EXPECT_NE(heard(environment, 6, 1, 200), first);
  EXPECT_EQ(heard(environment, 5, 1, 200), first);
}

TEST(SensorSchedule, SensorsKeepTimesOfTheirOwn) {
  SensorSchedule both(std::make_unique<SensorSchedule>(counter(200), "state", 4, 8), "image", 4, 8);
  SensorSchedule one(counter(200), "image", 4, 8);
  EXPECT_NE(heard(both, 5, 0, 200), heard(both, 5, 1, 200));
  EXPECT_EQ(heard(both, 5, 1, 200), heard(one, 5, 1, 200));
}

TEST(SensorSchedule, AnIntervalOfOneIsEveryStep) {
  SensorSchedule environment(counter(20), "image", 1, 1);
  EXPECT_EQ(heard(environment, 1, 1, 20).size(), 21u);
}

TEST(SensorSchedule, RefusesUnknownSensorsAndImpossibleIntervals) {
  EXPECT_THROW(SensorSchedule(counter(9), "touch", 4, 8), ConfigError);
  EXPECT_THROW(SensorSchedule(counter(9), "image", 0, 8), ConfigError);
  EXPECT_THROW(SensorSchedule(counter(9), "image", 5, 4), ConfigError);
}

}  // namespace
}  // namespace vrkn::env::sensor_schedule_test
