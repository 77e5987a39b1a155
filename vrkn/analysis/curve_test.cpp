#include "vrkn/analysis/curve.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/analysis/statistics.h"
#include "vrkn/core/error.h"

namespace vrkn::analysis::curve_test {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

MetricRecord evaluation(int64_t step, double value) {
  return {.kind = "evaluate", .env_step = step, .iteration = 0, .metrics = {{"return", value}, {"episodes", 10.0}}};
}

TEST(Curve, OfAMetricLeavesOutOtherRecordsAndValuesThatAreNotFinite) {
  const MetricRecord train{.kind = "train", .env_step = 5, .iteration = 0, .metrics = {{"return", 99.0}}};
  const Curve curve = curve_of(std::vector{evaluation(0, 1.0), train, evaluation(10, kNaN), evaluation(20, 3.0)}, {});
  EXPECT_THAT(curve.step, ElementsAre(0.0, 20.0));
  EXPECT_THAT(curve.value, ElementsAre(1.0, 3.0));
  EXPECT_THAT(curve_of(std::vector{train}, {.kind = "train", .name = "return"}).value, ElementsAre(99.0));
}

TEST(Curve, OfTwoRecordsAtOneStepTheLaterCounts) {
  EXPECT_THAT(curve_of(std::vector{evaluation(10, 1.0), evaluation(10, 2.0)}, {}).value, ElementsAre(2.0));
  EXPECT_THROW(curve_of(std::vector{evaluation(10, 1.0), evaluation(9, 2.0)}, {}), DataError);
}

TEST(Curve, IsLinearBetweenStepsAndNothingBeyondThem) {
  const Curve curve{.step = {10.0, 20.0, 40.0}, .value = {1.0, 3.0, -1.0}};
  EXPECT_EQ(value_at(curve, 10.0), 1.0);
  EXPECT_EQ(value_at(curve, 15.0), 2.0);
  EXPECT_EQ(value_at(curve, 25.0), 2.0);
  EXPECT_EQ(value_at(curve, 40.0), -1.0);
  EXPECT_TRUE(std::isnan(value_at(curve, 9.9)));
  EXPECT_TRUE(std::isnan(value_at(curve, 40.1)));
  EXPECT_TRUE(std::isnan(value_at({}, 0.0)));
}

TEST(Curve, CommonStepsAreAllStepsOrEvenlyManyOfThem) {
  const std::vector<Curve> curves = {{.step = {0.0, 2.0, 4.0}, .value = {0, 0, 0}},
                                     {.step = {2.0, 3.0}, .value = {0, 0}}};
  EXPECT_THAT(common_steps(curves), ElementsAre(0.0, 2.0, 3.0, 4.0));
  EXPECT_THAT(common_steps(curves, 2), ElementsAre(0.0, 4.0));
  Curve fine;
  for (int i = 0; i <= 1000; ++i) fine.step.push_back(i);
  fine.value = fine.step;
  EXPECT_THAT(common_steps(std::vector{fine}, 5), ElementsAre(0.0, 250.0, 500.0, 750.0, 1000.0));
}

TEST(Curve, QuartilesAreOverTheRunsThatReachAStep) {
  std::vector<Curve> curves;
  for (double offset = 0.0; offset < 5.0; ++offset) {
    curves.push_back({.step = {0.0, 10.0}, .value = {offset, 10.0 * offset}});
  }
  curves.push_back({.step = {0.0}, .value = {100.0}});
  const std::vector<double> steps = {0.0, 5.0, 10.0, 20.0};
  const QuartileCurve result = quartile_curve(curves, steps);
  EXPECT_THAT(result.step, ElementsAre(0.0, 5.0, 10.0));
  EXPECT_THAT(result.runs, ElementsAre(6, 5, 5));
  EXPECT_THAT(result.median, ElementsAre(2.5, 11.0, 20.0));
  EXPECT_THAT(result.low, ElementsAre(1.25, 5.5, 10.0));
  EXPECT_THAT(result.high, ElementsAre(3.75, 16.5, 30.0));
}

TEST(Curve, TheMeanOverTasksIsTheMeanOfTheirMeans) {
  // Task one: means 2 and 20; task two, one run more: 6 and 60, known from step 0 to 10.
  const std::vector<std::vector<Curve>> tasks = {
      {{.step = {0.0, 10.0}, .value = {1.0, 10.0}}, {.step = {0.0, 10.0}, .value = {3.0, 30.0}}},
      {{.step = {0.0, 10.0}, .value = {4.0, 40.0}},
       {.step = {0.0, 10.0}, .value = {6.0, 60.0}},
       {.step = {0.0, 20.0}, .value = {8.0, 152.0}}}};
  const std::vector<double> steps = {0.0, 10.0, 20.0};
  const MeanCurve result = mean_curve(tasks, steps, {.resamples = 20'000});
  EXPECT_THAT(result.step, ElementsAre(0.0, 10.0));  // no run of task one reaches 20
  EXPECT_THAT(result.mean, ElementsAre(4.0, 40.0));
  const Strata scores = {{1.0, 3.0}, {4.0, 6.0, 8.0}};
  const Estimate estimate = bootstrap(scores, mean_over_strata, {.resamples = 20'000});
  EXPECT_EQ(result.low[0], estimate.interval->low);
  EXPECT_EQ(result.high[0], estimate.interval->high);
  EXPECT_THAT(result.low[1], DoubleNear(10.0 * result.low[0], 1e-9));
}

TEST(Curve, TheMeanOverTasksOfSingleRunsHasNoInterval) {
  const std::vector<std::vector<Curve>> tasks = {{{.step = {0.0}, .value = {1.0}}}, {{.step = {0.0}, .value = {3.0}}}};
  const MeanCurve result = mean_curve(tasks, std::vector{0.0}, {});
  EXPECT_THAT(result.mean, ElementsAre(2.0));
  EXPECT_TRUE(std::isnan(result.low[0]));
  EXPECT_TRUE(mean_curve({}, std::vector{0.0}, {}).step.empty());
}

TEST(Curve, AMetricHasAKindAndAName) {
  EXPECT_EQ(parse_metric_name("train/loss/kl"), (MetricName{"train", "loss/kl"}));
  EXPECT_EQ(MetricName{}.text(), "evaluate/return");
  for (const char* text : {"return", "/return", "evaluate/", ""}) EXPECT_THROW(parse_metric_name(text), ConfigError);
}

}  // namespace
}  // namespace vrkn::analysis::curve_test
