// The parts of examples/deploy, on the export in the folder $DEPLOY_EXPORT: an image, and a vector "state" that the run
// learned with a delay of one step.
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "allocations.h"
#include "control_clock.h"
#include "exported_run.h"
#include "filter.h"
#include "forecast.h"
#include "inbox.h"
#include "monitor.h"
#include "policy.h"

namespace deploy {
namespace {

using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

constexpr double kStep_s = 0.5;
constexpr int64_t kSteps = 40, kReplay = 6;

std::filesystem::path folder() {
  return std::getenv("DEPLOY_EXPORT");
}

/// A reading, and the decision before which it comes.
struct Message {
  size_t sensor;
  double taken_s;
  std::vector<std::byte> data;
  int64_t arrives;
};

class LoopTest : public ::testing::Test {
 protected:
  std::vector<std::byte> random_data(size_t sensor) {
    std::vector<std::byte> data(run_.sensors[sensor].bytes());
    if (run_.sensors[sensor].image) {
      for (std::byte& pixel : data) pixel = static_cast<std::byte>(engine_() % 256);
    } else {
      for (size_t i = 0; i < run_.sensors[sensor].values; ++i) {
        const float value = std::normal_distribution<float>()(engine_);
        std::memcpy(data.data() + i * sizeof(float), &value, sizeof(float));
      }
    }
    return data;
  }

  int64_t delay(size_t sensor) const { return run_.sensors[sensor].delay; }

  /// Readings with gaps, which come before the decision to which they belong.
  std::vector<Message> readings() {
    std::vector<Message> messages;
    for (int64_t step = 0; step < kSteps; ++step) {
      for (size_t sensor = 0; sensor < run_.sensors.size(); ++sensor) {
        if (engine_() % 3 == 0) continue;
        messages.push_back({sensor, static_cast<double>(step) * kStep_s, random_data(sensor), step + delay(sensor)});
      }
    }
    return messages;
  }

  /// Beliefs of all decisions, one after the other, and the steps that the filter took.
  std::pair<std::vector<std::vector<float>>, int64_t> filter(const std::vector<Message>& messages) {
    Filter filter(run_, kStep_s, kReplay);
    std::vector<std::vector<float>> beliefs;
    int64_t steps = 0;
    for (int64_t step = 0; step < kSteps; ++step) {
      filter.advance(action(step));
      for (const Message& message : messages) {
        if (message.arrives == step) filter.add({message.sensor, message.taken_s, message.data});
      }
      steps += filter.update();
      beliefs.emplace_back(filter.belief().begin(), filter.belief().end());
    }
    return {beliefs, steps};
  }

  std::vector<float> action(int64_t step) const {
    return std::vector<float>(static_cast<size_t>(run_.action_size), static_cast<float>(std::sin(step)));
  }

  ExportedRun run_ = load_exported_run(folder());
  std::mt19937_64 engine_{1};
};

TEST_F(LoopTest, TheRunIsWhatTheTestsNeed) {
  ASSERT_EQ(run_.sensors.size(), 2);
  EXPECT_TRUE(run_.sensors[0].image);
  EXPECT_EQ(run_.sensors[1].name, "state");
  EXPECT_EQ(run_.sensors[1].delay, 1);
}

TEST_F(LoopTest, LateReadingsLeadToTheSameBelief) {
  const std::vector<Message> in_time = readings();
  std::vector<Message> late = in_time;
  for (Message& message : late) {
    if (message.arrives + kReplay < kSteps - 1) message.arrives += static_cast<int64_t>(engine_() % kReplay);
  }
  const auto [expected, expected_steps] = filter(in_time);
  const auto [found, steps] = filter(late);
  EXPECT_EQ(expected_steps, kSteps);
  EXPECT_GT(steps, kSteps + 20);
  EXPECT_NE(found, expected);  // in between, some had not come yet
  EXPECT_THAT(found.back(), ElementsAreArray(expected.back()));
}

TEST_F(LoopTest, DecisionsThatAreLeftOutArePredicted) {
  const std::vector<Message> messages = readings();
  Filter each(run_, kStep_s, kReplay), together(run_, kStep_s, kReplay);
  for (int64_t step = 0; step < kSteps; ++step) {
    each.advance(action(step));
    together.advance(action(step));  // more steps than are kept
    if (step == 0 || step == kSteps - 1) {
      const std::vector<std::byte> data = messages[0].data;
      for (Filter* filter : {&each, &together}) filter->add({messages[0].sensor, filter->time_s(), data});
    }
    each.update();
  }
  together.update();
  EXPECT_THAT(together.belief(), ElementsAreArray(each.belief()));
}

TEST_F(LoopTest, SaysHowAReadingCame) {
  Filter filter(run_, kStep_s, kReplay);
  for (int64_t step = 0; step < 20; ++step) {
    filter.advance(action(step));
    filter.update();
  }
  const std::vector<std::byte> picture = random_data(0), state = random_data(1);
  const auto add = [&](size_t sensor, double taken) {
    return filter.add({sensor, taken * kStep_s, sensor == 0 ? picture : state});
  };
  EXPECT_EQ(add(0, 19.0), Arrival::kInTime);
  EXPECT_EQ(add(0, 18.6), Arrival::kInTime);
  EXPECT_EQ(add(0, 18.4), Arrival::kLate);
  EXPECT_EQ(add(0, 13.0), Arrival::kLate);
  EXPECT_EQ(add(0, 12.4), Arrival::kTooLate);
  EXPECT_EQ(add(0, 20.0), Arrival::kAhead);
  EXPECT_EQ(add(1, 19.0), Arrival::kInTime);  // for the next decision, as it learned
  EXPECT_EQ(add(1, 18.0), Arrival::kInTime);
  EXPECT_EQ(add(1, 17.0), Arrival::kLate);
  EXPECT_EQ(add(1, 20.0), Arrival::kAhead);
  EXPECT_DOUBLE_EQ(filter.last_taken_s(0), 19.0 * kStep_s);
  EXPECT_EQ(filter.update(), 7);
}

TEST_F(LoopTest, OfTwoReadingsTheNearerCounts) {
  const std::vector<std::byte> near = random_data(0), far = random_data(0);
  const auto belief = [&](std::initializer_list<std::pair<double, const std::vector<std::byte>*>> taken) {
    Filter filter(run_, kStep_s, kReplay);
    for (int64_t step = 0; step < 3; ++step) filter.advance(action(step));
    for (const auto& [at, data] : taken) filter.add({0, at * kStep_s, *data});
    filter.update();
    return std::vector<float>(filter.belief().begin(), filter.belief().end());
  };
  const auto expected = belief({{1.9, &near}});
  EXPECT_EQ(belief({{1.9, &near}, {1.7, &far}}), expected);
  EXPECT_EQ(belief({{1.7, &far}, {1.9, &near}}), expected);
  EXPECT_NE(belief({{1.7, &far}}), expected);
}

TEST_F(LoopTest, NothingIsAllocatedInTheLoop) {
  const Allocations start = allocations();
  const auto something = std::make_unique<std::vector<int>>(100);
  const Allocations counted = allocations();
  if (counted.own == 0) GTEST_SKIP() << "not counted in this build";
  EXPECT_EQ(counted.own - start.own, 2);  // the vector and its elements

  Filter filter(run_, kStep_s, kReplay);
  Policy policy(run_, 1);
  Monitor monitor(run_);
  Inbox inbox(8, run_.sensors[0].bytes());
  const std::vector<std::byte> picture = random_data(0), state = random_data(1);
  const std::vector<float> nothing = action(0);
  const Allocations before = allocations();
  for (int64_t step = 0; step < 3000; ++step) {
    filter.advance(nothing);
    inbox.put({0, filter.time_s(), picture});
    if (step > 3) inbox.put({1, filter.time_s() - 3 * kStep_s, state});
    inbox.empty([&](const Reading& reading) { filter.add(reading); });
    filter.update();
    policy.act(filter.belief(), filter.features());
    monitor.observe(filter);
  }
  EXPECT_EQ(allocations().own, before.own);
  EXPECT_GT(allocations().runtime, before.runtime);
}

TEST_F(LoopTest, AMonitorComparesWhatCameWithWhatWasExpected) {
  Filter filter(run_, kStep_s, kReplay);
  Monitor monitor(run_);
  Graph imagine(run_, "imagine", {{"batch", 1}, {"horizon", 1}}), decode(run_, "decode", {{"batch", 1}});
  std::vector<float> before;
  std::vector<double> errors;
  for (int64_t step = 0; step < 15; ++step) {
    filter.advance(action(step));
    // Nothing at 5 and 6, only the state at 8.
    const bool silent = step == 5 || step == 6;
    std::vector<double> squares;
    const auto compare = [&](size_t sensor, const std::vector<std::byte>& data) {
      filter.add({sensor, filter.time_s() - static_cast<double>(delay(sensor)) * kStep_s, data});
      if (before.empty()) return;
      std::ranges::copy(before, imagine.floats("belief").begin());
      std::ranges::copy(action(step), imagine.floats("actions").begin());
      imagine.run();
      std::ranges::copy(imagine.floats("features"), decode.floats("features").begin());
      decode.run();
      const auto mean = decode.floats(run_.sensors[sensor].name + "_mean"),
                 var = decode.floats(run_.sensors[sensor].name + "_var");
      for (size_t i = 0; i < mean.size(); ++i) {
        float value = static_cast<float>(data[i]);
        if (sensor == 1) std::memcpy(&value, data.data() + i * sizeof(float), sizeof(float));
        squares.push_back(std::pow(value - mean[i], 2) / var[i]);
      }
    };
    if (!silent && step > 0) compare(1, random_data(1));
    if (!silent && step != 8) compare(0, random_data(0));
    filter.update();
    monitor.observe(filter);
    before.assign(filter.belief().begin(), filter.belief().end());
    if (step > 0) {
      double sum = 0.0;
      for (const double square : squares) sum += square;
      errors.push_back(sum / static_cast<double>(squares.size()));
    }
    double sum = 0.0, known = 0.0;
    for (size_t i = errors.size() - std::min<size_t>(errors.size(), 4); i < errors.size(); ++i) {
      if (!std::isnan(errors[i])) sum += errors[i], ++known;
    }
    if (known == 0.0) {
      EXPECT_TRUE(std::isnan(monitor.error())) << step;
      EXPECT_FALSE(monitor.alarm());
    } else {
      EXPECT_NEAR(monitor.error(), sum / known, 1e-3 * sum / known) << step;
      EXPECT_EQ(monitor.alarm(), monitor.error() > monitor.threshold());
    }
  }
  monitor.reset();
  EXPECT_TRUE(std::isnan(monitor.error()));
  run_.monitor.reset();
  EXPECT_THROW(Monitor{run_}, std::runtime_error);
}

TEST_F(LoopTest, AForecastKnowsWhatTheBeliefDoesNot) {
  Filter filter(run_, kStep_s, kReplay);
  filter.advance(action(0));
  filter.update();
  std::vector<float> belief(filter.belief().begin(), filter.belief().end()), sure = belief;
  for (int64_t z = 0; z < run_.var.size; ++z) sure[static_cast<size_t>(run_.var.offset + z)] *= 1e-4f;

  constexpr int64_t kDraws = 2000, kHorizon = 3;
  const std::vector<float> actions(static_cast<size_t>(kHorizon * run_.action_size), 0.5f);
  Forecast one(run_, kDraws, kHorizon, /*seed=*/1), other(run_, kDraws, kHorizon, /*seed=*/2);
  one.run(belief, actions);
  other.run(belief, actions);
  ASSERT_EQ(one.vectors().size(), 2);  // state and reward
  EXPECT_EQ(one.vectors()[0].name, "state");
  EXPECT_EQ(one.vectors()[0].mean.size(), kHorizon * 2);
  for (size_t q = 0; q < 2; ++q) {
    const Expected &a = one.vectors()[q], &b = other.vectors()[q];
    for (size_t i = 0; i < a.mean.size(); ++i) {
      EXPECT_GT(a.state_var[i], 0.0f);
      EXPECT_NEAR(a.mean[i], b.mean[i], 5.0 * std::sqrt(2.0 * a.state_var[i] / kDraws));
      EXPECT_NEAR(a.state_var[i] / b.state_var[i], 1.0, 0.3);
      EXPECT_FLOAT_EQ(a.noise_var[i], b.noise_var[i]);
    }
  }
  other.run(sure, actions);
  EXPECT_LT(other.vectors()[0].state_var[0], one.vectors()[0].state_var[0]);

  const std::span<const Expected> pictures = one.pictures(kHorizon - 1);
  ASSERT_EQ(pictures.size(), 1);
  EXPECT_EQ(pictures[0].name, "image");
  EXPECT_EQ(pictures[0].mean.size(), run_.sensors[0].values);
  EXPECT_GT(pictures[0].noise_var[0], 0.0f);
}

TEST_F(LoopTest, AnInboxThatIsFullLosesAndCounts) {
  Inbox inbox(2, 4);
  const std::vector<std::byte> data(4);
  for (int i = 0; i < 3; ++i) inbox.put({0, static_cast<double>(i), data});
  std::vector<double> times;
  inbox.empty([&](const Reading& reading) { times.push_back(reading.taken_s); });
  EXPECT_THAT(times, ElementsAreArray({0.0, 1.0}));
  EXPECT_EQ(inbox.lost(), 1);
  inbox.empty([&](const Reading&) { ADD_FAILURE(); });
}

TEST(ControlClock, LeavesOutDecisionsThatAreOverdue) {
  ControlClock clock(0.05);
  clock.start();
  const SteadyClock::time_point begin = SteadyClock::now();
  const int64_t passed = clock.wait();
  EXPECT_GE(passed, 1);
  EXPECT_GE(milliseconds_since(begin), 49.0);
  std::this_thread::sleep_for(std::chrono::milliseconds(130));
  EXPECT_GE(clock.wait(), 3);
  EXPECT_GE(clock.late_s(), 0.079);
}

TEST(Durations, QuantilesAreOfTheValues) {
  Durations durations(100);
  for (int i = 120; i > 0; --i) durations.add(i);  // 20 more than fit: 120 to 21 are kept
  EXPECT_EQ(durations.number(), 100);
  EXPECT_EQ(durations.quantile(0.0), 21.0);
  EXPECT_EQ(durations.quantile(0.5), 70.0);
  EXPECT_EQ(durations.quantile(0.99), 119.0);
  EXPECT_EQ(durations.quantile(1.0), 120.0);
}

class DamageTest : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::copy(folder(), copy_, std::filesystem::copy_options::recursive); }
  void TearDown() override { std::filesystem::remove_all(copy_); }

  void expect_refused(const std::string& words) {
    EXPECT_THAT([&] { load_exported_run(copy_); }, ThrowsMessage<std::runtime_error>(HasSubstr(words)));
  }

  std::filesystem::path copy_ = folder().string() + "-damaged";
};

TEST_F(DamageTest, AFileThatChangedIsRefused) {
  std::fstream(copy_ / "filter.onnx", std::ios::in | std::ios::out | std::ios::binary).seekp(1000).put('!');
  expect_refused("filter.onnx is not the file that model.json describes");
}

TEST_F(DamageTest, AFileThatIsGoneIsRefused) {
  std::filesystem::remove(copy_ / "policy.onnx");
  expect_refused("cannot read " + (copy_ / "policy.onnx").string());
}

TEST_F(DamageTest, AnotherFormatIsRefused) {
  std::ofstream(copy_ / "model.json") << R"({"format": 99})";
  expect_refused("has format 99, but this program reads 1");
}

TEST_F(DamageTest, NonsenseIsRefused) {
  std::ofstream(copy_ / "model.json") << R"({"format": 1, )";
  expect_refused("model.json is damaged");
}

}  // namespace
}  // namespace deploy
