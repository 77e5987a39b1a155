#include "vrkn/bench/quartiles.h"

#include <gtest/gtest.h>

namespace vrkn::bench::quartiles_test {
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

}  // namespace
}  // namespace vrkn::bench::quartiles_test
