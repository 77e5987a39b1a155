#include "vrkn/env/wrapper/action_repeat.h"

#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/env/synthetic/counter_environment.h"

namespace vrkn::env::action_repeat_test {
namespace {

// Counts how often it is looked at, and ends by itself after `end` steps with discount 0.
class Watched final : public Simulation {
 public:
  explicit Watched(int* looks, int64_t end) : looks_(looks), end_(end) {}
  const EnvironmentSpec& spec() const override { return spec_; }
  void begin(uint64_t) override { steps_ = 0; }
  StepResult advance(std::span<const double>) override {
    ++steps_;
    return {.reward = 1.0, .is_last = steps_ == end_, .discount = steps_ == end_ ? 0.0 : 1.0};
  }
  Observation observe() override {
    ++*looks_;
    return {};
  }

 private:
  int* looks_;
  int64_t end_;
  int64_t steps_ = 0;
  EnvironmentSpec spec_{.name = "watched", .sensors = {}, .action_size = 1, .step_limit = 1000};
};

TEST(ActionRepeat, SumsRewardsAndShowsTheLastState) {
  ActionRepeat environment(std::make_unique<CounterEnvironment>(CounterOptions{.length = 20}), 4);
  EXPECT_EQ(environment.spec().action_repeat, 4);
  EXPECT_EQ(environment.spec().step_limit, 5);
  for (int episode = 0; episode < 2; ++episode) {
    EXPECT_EQ(environment.reset(1).observation.sensors[0].vector[0], 0.0);
    for (int t = 1; t <= 5; ++t) {
      const TimeStep now = environment.step(std::vector{0.0, 0.0});
      EXPECT_EQ(now.observation.sensors[0].vector[0], 4.0 * t);
      EXPECT_EQ(now.reward, 4.0 * (4.0 * t) - 6.0);  // (4t - 3) + ... + 4t
      EXPECT_EQ(now.is_last, t == 5);
      EXPECT_EQ(now.discount, 1.0);
    }
  }
}

TEST(ActionRepeat, LooksOncePerAgentStepAndPlays125OfThem) {
  int looks = 0;
  ActionRepeat environment(std::make_unique<Watched>(&looks, 5000), 8);
  environment.reset(1);
  int steps = 0;
  double total = 0.0;
  for (bool is_last = false; !is_last; ++steps) {
    const TimeStep now = environment.step(std::vector{0.0});
    is_last = now.is_last;
    total += now.reward;
  }
  EXPECT_EQ(steps, 125);
  EXPECT_EQ(looks, 126);
  EXPECT_EQ(total, 1000.0);
}

TEST(ActionRepeat, RoundsTheStepLimitDown) {
  int looks = 0;
  ActionRepeat environment(std::make_unique<Watched>(&looks, 5000), 3);
  environment.reset(1);
  for (int t = 1; t <= 333; ++t) EXPECT_EQ(environment.step(std::vector{0.0}).is_last, t == 333) << t;
}

TEST(ActionRepeat, StopsWhereTheTaskEnds) {
  int looks = 0;
  ActionRepeat environment(std::make_unique<Watched>(&looks, 10), 8);
  environment.reset(1);
  EXPECT_FALSE(environment.step(std::vector{0.0}).is_last);
  const TimeStep end = environment.step(std::vector{0.0});
  EXPECT_TRUE(end.is_last);
  EXPECT_EQ(end.reward, 2.0);
  EXPECT_EQ(end.discount, 0.0);
}

TEST(ActionRepeat, RefusesRepeatsThatLeaveNoStep) {
  for (const int64_t repeat : {0, -1, 21}) {
    EXPECT_THROW(ActionRepeat(std::make_unique<CounterEnvironment>(CounterOptions{.length = 20}), repeat), ConfigError);
  }
}

}  // namespace
}  // namespace vrkn::env::action_repeat_test
