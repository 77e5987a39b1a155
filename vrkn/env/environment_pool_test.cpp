#include "vrkn/env/environment_pool.h"

#include <numeric>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/core/random.h"
#include "vrkn/env/make_environment.h"
#include "vrkn/env/synthetic/counter_environment.h"

namespace vrkn::env::environment_pool_test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr size_t kCount = 3;

std::vector<size_t> all_numbers(size_t count) {
  std::vector<size_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), size_t{0});
  return numbers;
}

// A few steps of several environments, and a picture of each at the end.
struct Film {
  std::vector<TimeStep> steps;
  std::vector<std::optional<Image>> pictures;
};

Film film(const EnvironmentConfig& config, int64_t threads) {
  Environments environments;
  for (size_t i = 0; i < kCount; ++i) environments.push_back(make_environment(config));
  EnvironmentPool pool(std::move(environments), threads);
  const std::vector<uint64_t> seeds = {3, 1, 3};
  Film film{.steps = pool.reset(seeds), .pictures = {}};
  ScalarGenerator random(9);
  std::vector<double> actions(kCount * static_cast<size_t>(pool.spec().action_size));
  for (int t = 0; t < 4; ++t) {
    for (double& component : actions) component = random.uniform(-1.0, 1.0);
    for (TimeStep& step : pool.step(all_numbers(kCount), actions)) film.steps.push_back(std::move(step));
  }
  film.pictures = pool.render(30, 40);
  return film;
}

void expect_equal(const Film& a, const Film& b) {
  ASSERT_EQ(a.steps.size(), b.steps.size());
  for (size_t t = 0; t < a.steps.size(); ++t) {
    EXPECT_EQ(a.steps[t].reward, b.steps[t].reward) << "step " << t;
    for (size_t i = 0; i < a.steps[t].observation.sensors.size(); ++i) {
      EXPECT_EQ(a.steps[t].observation.sensors[i].image, b.steps[t].observation.sensors[i].image) << "step " << t;
      EXPECT_EQ(a.steps[t].observation.sensors[i].vector, b.steps[t].observation.sensors[i].vector) << "step " << t;
    }
  }
  for (size_t i = 0; i < kCount; ++i) EXPECT_EQ(a.pictures[i].value().pixels, b.pictures[i].value().pixels);
}

TEST(EnvironmentPool, ResultsDoNotDependOnTheNumberOfThreads) {
  const EnvironmentConfig config{
      .sensors = {"image", "state"}, .image_size = 32, .transition_noise = 0.3, .picture = "fast"};
  const Film one = film(config, 1);
  EXPECT_NE(one.steps[0].observation.sensors[0].image, one.steps[1].observation.sensors[0].image);
  EXPECT_EQ(one.steps[0].observation.sensors[0].image, one.steps[2].observation.sensors[0].image);  // the same seed
  for (const int64_t threads : {2, 4}) expect_equal(one, film(config, threads));
}

// The same without a graphics driver: what the thread sanitizer can follow entirely.
TEST(EnvironmentPool, WorldsWithoutADriverAreEqualToo) {
  for (const char* task : {"double_integrator", "counter"}) {
    const EnvironmentConfig config{.task = task, .sensors = {"image", "state"}, .image_size = 16};
    expect_equal(film(config, 1), film(config, 4));
  }
}

Environments counters(const std::vector<int64_t>& lengths) {
  Environments environments;
  for (const int64_t length : lengths) {
    environments.push_back(
        std::make_unique<CounterEnvironment>(CounterOptions{.length = length, .action_size = 1, .sensors = {"state"}}));
  }
  return environments;
}

TEST(EnvironmentPool, OnlyTheNamedEnvironmentsStep) {
  const std::vector<int64_t> lengths = {3, 1, 50, 7};
  EnvironmentPool pool(counters(lengths), 3);
  const std::vector<uint64_t> seeds(4, 0);
  pool.reset(seeds);
  std::vector<size_t> playing = all_numbers(4);
  const std::vector<double> actions(4, 0.0);
  for (int64_t t = 1; !playing.empty(); ++t) {
    const std::vector<TimeStep> steps = pool.step(playing, actions);
    ASSERT_EQ(steps.size(), playing.size());
    std::vector<size_t> unfinished;
    for (size_t i = 0; i < steps.size(); ++i) {
      EXPECT_EQ(steps[i].reward, static_cast<double>(t));
      EXPECT_EQ(steps[i].is_last, t == lengths[playing[i]]);
      if (!steps[i].is_last) unfinished.push_back(playing[i]);
    }
    playing = unfinished;
  }
  EXPECT_EQ(pool.step(std::vector<size_t>{2}, actions)[0].reward, 51.0);
  EXPECT_TRUE(pool.step({}, actions).empty());
}

TEST(EnvironmentPool, RowsOfActionsGoToTheirEnvironments) {
  // A counter ignores its actions; the double integrator's velocity is the sum of its own.
  Environments environments;
  for (size_t i = 0; i < 4; ++i) {
    environments.push_back(make_environment({.task = "double_integrator", .sensors = {"state"}, .action_repeat = 1}));
  }
  EnvironmentPool pool(std::move(environments), 2);
  pool.reset(std::vector<uint64_t>{1, 1, 1, 1});
  const std::vector<TimeStep> steps = pool.step(std::vector<size_t>{3, 1}, std::vector{0.1, 0.2, 0.3, 0.4});
  EXPECT_DOUBLE_EQ(steps[0].observation.sensors[0].vector[1], 0.04);
  EXPECT_DOUBLE_EQ(steps[1].observation.sensors[0].vector[1], 0.02);
}

// Fails at the steps after its reset until it is mended.
class Fragile final : public Simulation {
 public:
  Fragile(std::string name, bool& broken) : name_(std::move(name)), broken_(broken) {}
  const EnvironmentSpec& spec() const override { return spec_; }
  void begin(uint64_t /*seed*/) override { steps_ = 0; }
  StepResult advance(std::span<const double> /*action*/) override {
    if (broken_) throw SimulationError(name_);
    return {.reward = static_cast<double>(++steps_)};
  }
  Observation observe() override { return {}; }

 private:
  std::string name_;
  bool& broken_;
  int steps_ = 0;
  EnvironmentSpec spec_{.name = "fragile", .sensors = {}, .action_size = 1, .step_limit = 10};
};

TEST(EnvironmentPool, TheFirstExceptionReachesTheCallerAndThePoolGoesOn) {
  for (const int64_t threads : {1, 2, 4}) {
    bool broken[] = {false, true, false, true};
    Environments environments;
    for (size_t i = 0; i < 4; ++i) {
      environments.push_back(std::make_unique<Fragile>("number " + std::to_string(i), broken[i]));
    }
    EnvironmentPool pool(std::move(environments), threads);
    pool.reset(std::vector<uint64_t>(4, 0));
    const std::vector<double> actions(4, 0.0);
    const std::vector<size_t> all = all_numbers(4);
    const std::vector<size_t> backwards = {3, 2, 1, 0};
    EXPECT_THAT([&] { pool.step(all, actions); }, ThrowsMessage<SimulationError>("number 1"));
    EXPECT_THAT([&] { pool.step(backwards, actions); }, ThrowsMessage<SimulationError>("number 3"));
    broken[1] = broken[3] = false;
    const std::vector<TimeStep> steps = pool.step(all, actions);
    for (size_t i = 0; i < 4; ++i) EXPECT_EQ(steps[i].reward, i % 2 == 0 ? 3.0 : 1.0);  // the others had stepped
  }
}

TEST(EnvironmentPool, ManyShortCalls) {
  EnvironmentPool pool(counters(std::vector<int64_t>(kCount, 100000)), 4);
  pool.reset(std::vector<uint64_t>(kCount, 0));
  const std::vector<double> actions(kCount, 0.0);
  double total = 0.0;
  for (int t = 0; t < 2000; ++t) {
    for (const TimeStep& step : pool.step(all_numbers(kCount), actions)) total += step.reward;
  }
  EXPECT_EQ(total, kCount * 2000.0 * 2001.0 / 2.0);
}

TEST(EnvironmentPool, RefusesWhatDoesNotFit) {
  EXPECT_THROW(EnvironmentPool(Environments{}), ConfigError);
  EXPECT_THROW(EnvironmentPool(counters({1}), 0), ConfigError);
  EnvironmentPool pool(counters({5, 5}));
  EXPECT_THROW(pool.reset(std::vector<uint64_t>(3, 0)), ShapeError);
  EXPECT_THROW(pool.step(std::vector<size_t>{2}, std::vector<double>(2, 0.0)), ShapeError);
  EXPECT_THAT([&] { pool.step(std::vector<size_t>{0}, std::vector<double>(1, 0.0)); },
              ThrowsMessage<ShapeError>(HasSubstr("2 environments take 1 each")));
}

}  // namespace
}  // namespace vrkn::env::environment_pool_test
