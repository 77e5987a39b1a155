#include "vrkn/env/suite/tolerance.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "vrkn/core/error.h"

namespace vrkn::env::tolerance_test {
namespace {

constexpr double kTolerance = 1e-14;
constexpr double kInfinity = std::numeric_limits<double>::infinity();
const std::vector<Falloff> kAll = {Falloff::kGaussian,   Falloff::kHyperbolic, Falloff::kLongTail,
                                   Falloff::kReciprocal, Falloff::kCosine,     Falloff::kLinear,
                                   Falloff::kQuadratic,  Falloff::kTanhSquared};

// At distance d margins outside [-1, 2], with value v at one margin.
double at(double d, double v, Falloff falloff) {
  const Tolerance allowed{.low = -1.0, .high = 2.0, .margin = 0.5, .value_at_margin = v, .falloff = falloff};
  const double above = tolerance(2.0 + 0.5 * d, allowed);
  EXPECT_NEAR(tolerance(-1.0 - 0.5 * d, allowed), above, kTolerance) << "not the same below as above";
  return above;
}

TEST(Tolerance, IsOneInsideBothEndsIncluded) {
  for (const Falloff falloff : kAll) {
    const Tolerance allowed{.low = -1.0, .high = 2.0, .margin = 0.5, .falloff = falloff};
    for (const double x : {-1.0, 0.0, 2.0}) EXPECT_EQ(tolerance(x, allowed), 1.0);
    EXPECT_LT(tolerance(2.1, allowed), 1.0);
    EXPECT_GT(tolerance(2.1, allowed), 0.1);
  }
}

TEST(Tolerance, IsAnIndicatorWithoutMargin) {
  const Tolerance allowed{.low = 0.995, .high = 1.0};
  EXPECT_EQ(tolerance(1.0, allowed), 1.0);
  EXPECT_EQ(tolerance(0.995, allowed), 1.0);
  EXPECT_EQ(tolerance(std::nextafter(0.995, 0.0), allowed), 0.0);
  EXPECT_EQ(tolerance(std::nextafter(1.0, 2.0), allowed), 0.0);
}

TEST(Tolerance, IsTheGivenValueAtTheMargin) {
  for (const Falloff falloff : kAll) {
    for (const double v : {0.1, 0.5, 0.9}) EXPECT_NEAR(at(1.0, v, falloff), v, kTolerance);
  }
}

TEST(Tolerance, FollowsTheClosedForms) {
  // Where the value at the margin makes the form simple.
  EXPECT_NEAR(at(2.0, std::exp(-0.5), Falloff::kGaussian), std::exp(-2.0), kTolerance);
  EXPECT_NEAR(at(2.0, 1.0 / std::cosh(1.0), Falloff::kHyperbolic), 1.0 / std::cosh(2.0), kTolerance);
  EXPECT_NEAR(at(2.0, 0.5, Falloff::kLongTail), 1.0 / 5.0, kTolerance);
  EXPECT_NEAR(at(2.0, 0.5, Falloff::kReciprocal), 1.0 / 3.0, kTolerance);
  EXPECT_NEAR(at(0.5, 0.0, Falloff::kCosine), 0.5, kTolerance);
  EXPECT_NEAR(at(0.25, 0.0, Falloff::kCosine), (1.0 + std::sqrt(0.5)) / 2.0, kTolerance);
  EXPECT_NEAR(at(0.25, 0.0, Falloff::kLinear), 0.75, kTolerance);
  EXPECT_NEAR(at(1.5, 0.5, Falloff::kLinear), 0.25, kTolerance);
  EXPECT_NEAR(at(0.25, 0.0, Falloff::kQuadratic), 1.0 - 1.0 / 16.0, kTolerance);
  const double tanh_one = std::tanh(1.0);
  EXPECT_NEAR(at(2.0, 1.0 - tanh_one * tanh_one, Falloff::kTanhSquared), 1.0 - std::pow(std::tanh(2.0), 2), kTolerance);
}

TEST(Tolerance, SomeKindsEndAtZero) {
  for (const Falloff falloff : {Falloff::kCosine, Falloff::kLinear, Falloff::kQuadratic}) {
    EXPECT_EQ(at(1.0, 0.0, falloff), 0.0);
    EXPECT_EQ(at(100.0, 0.5, falloff), 0.0);
  }
}

TEST(Tolerance, KnowsOneSidedIntervals) {
  const Tolerance fast{
      .low = 10.0, .high = kInfinity, .margin = 10.0, .value_at_margin = 0.0, .falloff = Falloff::kLinear};
  EXPECT_NEAR(tolerance(4.0, fast), 0.4, kTolerance);
  EXPECT_EQ(tolerance(-1.0, fast), 0.0);
  EXPECT_EQ(tolerance(50.0, fast), 1.0);
}

TEST(Tolerance, RefusesWhatMakesNoSense) {
  EXPECT_THROW(tolerance(0.0, {.low = 1.0, .high = 0.0}), ConfigError);
  EXPECT_THROW(tolerance(0.0, {.margin = -1.0}), ConfigError);
  EXPECT_THROW(tolerance(0.0, {.margin = 1.0, .value_at_margin = 1.0}), ConfigError);
  EXPECT_THROW(tolerance(0.0, {.margin = 1.0, .value_at_margin = 0.0, .falloff = Falloff::kGaussian}), ConfigError);
  EXPECT_NO_THROW(tolerance(0.0, {.margin = 1.0, .value_at_margin = 0.0, .falloff = Falloff::kLinear}));
}

}  // namespace
}  // namespace vrkn::env::tolerance_test
