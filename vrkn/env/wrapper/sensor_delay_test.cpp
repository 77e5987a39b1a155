#include "vrkn/env/wrapper/sensor_delay.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/env/synthetic/counter_environment.h"
#include "vrkn/env/wrapper/occlusion.h"
#include "vrkn/env/wrapper/sensor_schedule.h"

namespace vrkn::env::sensor_delay_test {
namespace {

std::unique_ptr<Environment> counter() {
  return std::make_unique<CounterEnvironment>(CounterOptions{.length = 1000, .image_size = 8});
}

std::unique_ptr<Environment> sometimes_and_in_part() {
  return std::make_unique<SensorSchedule>(std::make_unique<Occlusion>(counter(), "image", DiscOcclusion{}), "image", 2,
                                          3);
}

std::vector<Reading> images(Environment& environment, uint64_t seed, int steps) {
  std::vector<Reading> readings = {environment.reset(seed).observation.sensors[1]};
  for (int t = 1; t <= steps; ++t) {
    readings.push_back(environment.step(std::vector{0.0, 0.0}).observation.sensors[1]);
  }
  return readings;
}

TEST(SensorDelay, BringsTheReadingOfSoManyStepsAgo) {
  for (const int delay : {0, 1, 5}) {
    SensorDelay environment(counter(), "state", delay);
    for (uint64_t episode = 0; episode < 2; ++episode) {
      TimeStep now = environment.reset(episode);
      for (int t = 0; t < 20; ++t, now = environment.step(std::vector{0.0, 0.0})) {
        const Reading& state = now.observation.sensors[0];
        EXPECT_EQ(state.valid, t >= delay) << "step " << t << ", delay " << delay;
        ASSERT_EQ(state.vector.size(), 1u);
        EXPECT_EQ(state.vector[0], std::max(0, t - delay));
        EXPECT_EQ(now.observation.sensors[1].image[0], t) << "the other sensor is not late";
        EXPECT_EQ(now.reward, t);
      }
    }
  }
}

TEST(SensorDelay, SilencesAndMasksAreAsLate) {
  constexpr int kSteps = 40;
  constexpr size_t kDelay = 3;
  SensorDelay late(sometimes_and_in_part(), "image", kDelay);
  const std::vector<Reading> then = images(*sometimes_and_in_part(), 2, kSteps), now = images(late, 2, kSteps);
  for (size_t t = 0; t < now.size(); ++t) {
    if (t < kDelay) {
      EXPECT_FALSE(now[t].valid);
      EXPECT_EQ(now[t].image, std::vector<uint8_t>(192, 0));
      EXPECT_EQ(now[t].visible, std::vector<uint8_t>(64, 0));
    } else {
      EXPECT_EQ(now[t].valid, then[t - kDelay].valid) << t;
      EXPECT_EQ(now[t].image, then[t - kDelay].image) << t;
      EXPECT_EQ(now[t].visible, then[t - kDelay].visible) << t;
    }
  }
}

TEST(SensorDelay, RefusesToLookAhead) {
  EXPECT_THROW(SensorDelay(counter(), "state", -1), ConfigError);
  EXPECT_THROW(SensorDelay(counter(), "touch", 1), ConfigError);
}

}  // namespace
}  // namespace vrkn::env::sensor_delay_test
