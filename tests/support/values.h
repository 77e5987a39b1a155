#pragma once

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "vrkn/core/random.h"

namespace vrkn {

/// Expects two lists of one length whose values differ by at most `tolerance`.
inline void expect_near(const std::vector<double>& expected, const std::vector<double>& found, double tolerance) {
  ASSERT_EQ(expected.size(), found.size());
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(expected[i], found[i], tolerance) << "value " << i;
}

/// Expects every value of `values` to be `constant`, to the last digit.
inline void expect_constant(const std::vector<double>& values, double constant) {
  for (const double value : values) ASSERT_EQ(value, constant);
}

/// `count` numbers, uniform in [-scale, scale).
inline std::vector<double> uniform_values(ScalarGenerator& random, size_t count, double scale) {
  std::vector<double> values(count);
  std::ranges::generate(values, [&] { return random.uniform(-scale, scale); });
  return values;
}

}  // namespace vrkn
