#include "vrkn/env/synthetic/counter_environment.h"

#include <gtest/gtest.h>

#include "vrkn/core/error.h"

namespace vrkn::env::counter_environment_test {
namespace {

TEST(CounterEnvironment, CountsInEverySensorAndInTheReward) {
  CounterEnvironment environment({.length = 300, .action_size = 3, .image_size = 20});
  for (int episode = 0; episode < 2; ++episode) {
    TimeStep now = environment.reset(1);
    for (int count = 0;; ++count) {
      EXPECT_EQ(now.observation.sensors[0].vector, std::vector<double>{static_cast<double>(count)});
      const std::vector<uint8_t>& image = now.observation.sensors[1].image;
      ASSERT_EQ(image.size(), 1200u);
      EXPECT_EQ(image[399] + 256 * image[799], count);
      EXPECT_EQ(image[800 + 21], (21 + count) % 256);
      EXPECT_EQ(now.reward, count);
      ASSERT_EQ(now.is_last, count == 300);
      if (now.is_last) break;
      now = environment.step(std::vector{0.0, 0.5, -0.5});
    }
  }
}

TEST(CounterEnvironment, RefusesImpossibleSizes) {
  EXPECT_THROW(CounterEnvironment({.length = 0}), ConfigError);
  EXPECT_THROW(CounterEnvironment({.action_size = 0}), ConfigError);
  EXPECT_THROW(CounterEnvironment({.sensors = {"smell"}}), ConfigError);
  CounterEnvironment environment({.action_size = 2});
  environment.reset(1);
  EXPECT_THROW(environment.step(std::vector{0.0}), ShapeError);
}

}  // namespace
}  // namespace vrkn::env::counter_environment_test
