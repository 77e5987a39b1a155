#include "vrkn/report/figure/ticks.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/core/random.h"

namespace vrkn::report::ticks_test {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
constexpr Scale kLinear = Scale::kLinear;
constexpr Scale kLog10 = Scale::kLog10;

TEST(NiceTicks, AreMultiplesOfOneTwoOrFive) {
  EXPECT_THAT(nice_ticks({0.0, 1.0}, kLinear, 6).values, ElementsAre(0.0, 0.2, 0.4, 0.6, 0.8, 1.0));
  EXPECT_THAT(nice_ticks({0.0, 1.0}, kLinear, 5).values, ElementsAre(0.0, 0.5, 1.0));
  EXPECT_THAT(nice_ticks({-0.31, 0.29}, kLinear, 7).values, ElementsAre(-0.3, -0.2, -0.1, 0.0, 0.1, 0.2));
  EXPECT_THAT(nice_ticks({0.0, 1e6}, kLinear, 6).values, ElementsAre(0.0, 2e5, 4e5, 6e5, 8e5, 1e6));
  EXPECT_THAT(nice_ticks({-2e-30, 2e-30}, kLinear, 5).values,
              ElementsAre(DoubleEq(-2e-30), DoubleEq(-1e-30), 0.0, DoubleEq(1e-30), DoubleEq(2e-30)));
  EXPECT_THAT(nice_ticks({0.0, 5e99}, kLinear, 3).values, ElementsAre(0.0, DoubleEq(2e99), DoubleEq(4e99)));
  EXPECT_THAT(nice_ticks({1e6, 1e6 + 0.004}, kLinear, 5).values,
              ElementsAre(1000000.0, 1000000.001, 1000000.002, 1000000.003, 1000000.004));
}

TEST(NiceTicks, AtLeastOneAndAtMostAsManyAsWantedWithinTheLimits) {
  ScalarGenerator random(1);
  for (int trial = 0; trial < 2000; ++trial) {
    const double size = std::pow(10.0, random.uniform(-90.0, 90.0));
    const double low = size * random.normal() * std::pow(10.0, random.uniform(0.0, 6.0));
    const Limits limits = {low, low + size};
    for (int most = 2; most <= 8; ++most) {
      const std::vector<double> values = nice_ticks(limits, kLinear, most).values;
      ASSERT_LE(values.size(), static_cast<size_t>(most));
      ASSERT_GE(values.size(), 1u);  // a step that gives too many is followed by one at most 2.5 times as large
      for (const double value : values) {
        ASSERT_GE(value, low - 1e-5 * size);
        ASSERT_LE(value, low + size + 1e-5 * size);
      }
    }
  }
}

TEST(NiceTicks, OnALogScaleArePowersOfTen) {
  const Ticks decades = nice_ticks({0.01, 10.0}, kLog10, 6);
  EXPECT_THAT(decades.values, ElementsAre(0.01, 0.1, 1.0, 10.0));
  EXPECT_THAT(decades.minor, SizeIs(3 * 8));
  EXPECT_THAT(nice_ticks({1e-6, 1e6}, kLog10, 5).values, ElementsAre(1e-6, 1e-3, 1.0, 1e3, 1e6));
  EXPECT_THAT(nice_ticks({1e-6, 1e6}, kLog10, 5).minor, SizeIs(13));  // the powers between
}

TEST(NiceTicks, OnAShortLogScaleAreOneTwoFiveOrFiner) {
  EXPECT_THAT(nice_ticks({0.1, 1.0}, kLog10, 6).values, ElementsAre(0.1, 0.2, 0.5, 1.0));
  EXPECT_THAT(nice_ticks({0.1, 1.0}, kLog10, 3).values, ElementsAre(0.1, 1.0));
  EXPECT_THAT(nice_ticks({0.2, 5.0}, kLog10, 6).values, ElementsAre(0.2, 0.5, 1.0, 2.0, 5.0));
  EXPECT_THAT(nice_ticks({0.2, 5.0}, kLog10, 3).values, ElementsAre(0.2, 1.0, 5.0));
  EXPECT_THAT(nice_ticks({3.0, 4.0}, kLog10, 6).values, ElementsAre(3.0, 3.2, 3.4, 3.6, 3.8, 4.0));
}

void expect_limits(const Limits& limits, double low, double high) {
  EXPECT_DOUBLE_EQ(limits.low, low);
  EXPECT_DOUBLE_EQ(limits.high, high);
}

TEST(NiceLimits, ExtendOutwardsToRoundNumbers) {
  expect_limits(nice_limits({0.0, 1e6}, kLinear), 0.0, 1e6);
  expect_limits(nice_limits({0.13, 0.98}, kLinear), 0.1, 1.0);
  expect_limits(nice_limits({-3.2, 17.0}, kLinear), -4.0, 18.0);
  expect_limits(nice_limits({0.013, 0.4}, kLog10), 0.01, 0.5);
  expect_limits(nice_limits({2e-7, 1e3}, kLog10), 2e-7, 1e3);
}

TEST(NiceLimits, WidenARangeWithoutWidth) {
  expect_limits(nice_limits({0.0, 0.0}, kLinear), -1.0, 1.0);
  expect_limits(nice_limits({100.0, 100.0}, kLinear), 90.0, 110.0);
  expect_limits(nice_limits({-5.0, -5.0}, kLinear), -5.5, -4.5);
  expect_limits(nice_limits({1.0, 1.0 + 1e-15}, kLinear), 0.9, 1.1);
  expect_limits(nice_limits({1.0, 1.0}, kLog10), 0.5, 2.0);
}

TEST(NiceLimits, HoldTheRange) {
  ScalarGenerator random(2);
  for (int trial = 0; trial < 2000; ++trial) {
    const double low = random.normal() * std::pow(10.0, random.uniform(-90.0, 90.0));
    const double high = low + std::abs(random.normal()) * std::pow(10.0, random.uniform(-90.0, 90.0));
    const Limits linear = nice_limits({low, high}, kLinear);
    const double slack = 1e-5 * (linear.high - linear.low);
    ASSERT_LE(linear.low, low + slack);
    ASSERT_GE(linear.high, high - slack);
    const double a = std::abs(low), b = a * std::pow(10.0, random.uniform(0.0, 5.0));
    const Limits log = nice_limits({a, b}, kLog10);
    ASSERT_LE(log.low, a * 1.000001);
    ASSERT_GE(log.high, b * 0.999999);
  }
}

TEST(TickLabels, HaveOneManner) {
  EXPECT_THAT(tick_labels({}, kLinear), IsEmpty());
  EXPECT_THAT(tick_labels({0.0, 0.25, 0.5}, kLinear), ElementsAre("0.00", "0.25", "0.50"));
  EXPECT_THAT(tick_labels({-20.0, 0.0, 20.0}, kLinear), ElementsAre("−20", "0", "20"));
  EXPECT_THAT(tick_labels({0.0, 1000.0, 2000.0}, kLinear), ElementsAre("0", "1000", "2000"));
  EXPECT_THAT(tick_labels({0.0, 500.0, 20000.0}, kLinear), ElementsAre("0", "500", "20k"));
  EXPECT_THAT(tick_labels({0.0, 500000.0, 1e6, 1.5e6}, kLinear), ElementsAre("0", "500k", "1M", "1.5M"));
  EXPECT_THAT(tick_labels({-250000.0, 1.25e6}, kLinear), ElementsAre("−250k", "1.25M"));
  EXPECT_THAT(tick_labels({100000.0, 100002.0}, kLinear), ElementsAre("100000", "100002"));
  EXPECT_THAT(tick_labels({0.0, 2e-5, -4e-5}, kLinear), ElementsAre("0", "2×10⁻⁵", "−4×10⁻⁵"));
  EXPECT_THAT(tick_labels({1e9, 1.5e9, 1e10}, kLinear), ElementsAre("10⁹", "1.5×10⁹", "10¹⁰"));
  EXPECT_THAT(tick_labels({1000000.001, 1000000.002}, kLinear), ElementsAre("1000000.001", "1000000.002"));
}

TEST(TickLabels, OfALogScaleShowPowers) {
  EXPECT_THAT(tick_labels({0.01, 0.1, 1.0, 10.0}, kLog10), ElementsAre("0.01", "0.1", "1", "10"));
  EXPECT_THAT(tick_labels({1e-4, 1e-2, 1.0}, kLog10), ElementsAre("10⁻⁴", "10⁻²", "1"));
  EXPECT_THAT(tick_labels({2e5, 1e6}, kLog10), ElementsAre("2×10⁵", "10⁶"));
}

}  // namespace
}  // namespace vrkn::report::ticks_test
