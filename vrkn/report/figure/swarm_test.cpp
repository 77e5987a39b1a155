#include "vrkn/report/figure/swarm.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/core/random.h"

namespace vrkn::report::swarm_test {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Swarm, LeavesDotsApartInTheMiddle) {
  EXPECT_THAT(swarm({}, 5.0, 20.0), IsEmpty());
  EXPECT_THAT(swarm({30.0, 0.0, 10.0, 20.0}, 5.0, 20.0), Each(0.0));
}

TEST(Swarm, PutsEqualValuesSideBySide) {
  EXPECT_THAT(swarm({1.0, 1.0, 1.0}, 5.0, 20.0), ElementsAre(0.0, -5.0, 5.0));
}

TEST(Swarm, LetsNoDotsOverlapWhereThereIsRoom) {
  ScalarGenerator random(4);
  std::vector<double> y;
  for (int i = 0; i < 60; ++i) y.push_back(20.0 * random.normal());
  const std::vector<double> x = swarm(y, 5.0, 40.0);
  for (size_t i = 0; i < y.size(); ++i) {
    EXPECT_LE(std::abs(x[i]), 40.0);
    for (size_t j = 0; j < i; ++j) EXPECT_GE(std::hypot(x[i] - x[j], y[i] - y[j]), 5.0) << i << " and " << j;
  }
}

TEST(Swarm, KeepsToItsWidthWhereThereIsNoRoom) {
  const std::vector<double> x = swarm(std::vector<double>(50, 1.0), 5.0, 8.0);
  for (const double place : x) EXPECT_LE(std::abs(place), 8.0);
  EXPECT_THAT(swarm({1.0, 1.0}, 5.0, -1.0), Each(0.0));
}

}  // namespace
}  // namespace vrkn::report::swarm_test
