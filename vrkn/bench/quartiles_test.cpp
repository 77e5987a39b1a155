#include "vrkn/bench/quartiles.h"

#include <gtest/gtest.h>

#include "vrkn/core/error.h"

namespace vrkn {
namespace {

TEST(Quartiles, LieBetweenNeighbours) {
  const Quartiles five = quartiles({5.0, 1.0, 4.0, 2.0, 3.0});
  EXPECT_DOUBLE_EQ(five.low, 2.0);
  EXPECT_DOUBLE_EQ(five.median, 3.0);
  EXPECT_DOUBLE_EQ(five.high, 4.0);
  const Quartiles four = quartiles({40.0, 10.0, 30.0, 20.0});
  EXPECT_DOUBLE_EQ(four.low, 17.5);
  EXPECT_DOUBLE_EQ(four.median, 25.0);
  EXPECT_DOUBLE_EQ(four.high, 32.5);
  const Quartiles one = quartiles({7.0});
  EXPECT_DOUBLE_EQ(one.low, 7.0);
  EXPECT_DOUBLE_EQ(one.high, 7.0);
}

TEST(Quantile, EndsAreTheExtremes) {
  EXPECT_DOUBLE_EQ(quantile({3.0, -1.0, 2.0}, 0.0), -1.0);
  EXPECT_DOUBLE_EQ(quantile({3.0, -1.0, 2.0}, 1.0), 3.0);
  std::vector<double> ten;
  for (int i = 0; i <= 10; ++i) ten.push_back(i);
  EXPECT_DOUBLE_EQ(quantile(ten, 0.9), 9.0);
}

TEST(Quantile, RefusesWhatHasNone) {
  EXPECT_THROW(quantile({}, 0.5), ConfigError);
  EXPECT_THROW(quantile({1.0}, 1.5), ConfigError);
  EXPECT_THROW(quantile({1.0}, -0.5), ConfigError);
}

}  // namespace
}  // namespace vrkn
