#include "vrkn/analysis/detection.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "vrkn/core/random.h"

namespace vrkn::analysis::detection_test {
namespace {

TEST(Detection, TheAreaCountsPairsAndHalvesTies) {
  const std::vector<double> home{1.0, 2.0, 2.0, 3.0};
  EXPECT_DOUBLE_EQ(area_under_roc(home, std::vector{4.0, 5.0}), 1.0);
  EXPECT_DOUBLE_EQ(area_under_roc(home, std::vector{0.0}), 0.0);
  EXPECT_DOUBLE_EQ(area_under_roc(home, home), 0.5);
  EXPECT_DOUBLE_EQ(area_under_roc(home, std::vector{2.0}), (1.0 + 0.5 + 0.5) / 4.0);
  EXPECT_TRUE(std::isnan(area_under_roc({}, home)));
}

TEST(Detection, TheAreaOfTwoGaussiansIsThatOfTheirDifference) {
  constexpr int kCount = 4000;
  ScalarGenerator random(1);
  std::vector<double> home, shifted;
  for (int i = 0; i < kCount; ++i) {
    home.push_back(random.normal());
    shifted.push_back(1.0 + 2.0 * random.normal());
  }
  // P(1 + 2 a > b) = Phi(1 / sqrt(5)).
  const double expected = 0.5 * std::erfc(-1.0 / std::sqrt(5.0) / std::sqrt(2.0));
  EXPECT_NEAR(area_under_roc(home, shifted), expected, 6 * std::sqrt(expected * (1 - expected) / kCount));
}

TEST(Detection, TheShareAboveIsStrict) {
  EXPECT_DOUBLE_EQ(share_above(std::vector{1.0, 2.0, 3.0, 4.0}, 3.0), 0.25);
  EXPECT_TRUE(std::isnan(share_above({}, 0.0)));
}

TEST(Detection, RecentMeansLeaveOutWhatIsNotKnown) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> found = recent_means(std::vector{nan, 1.0, 3.0, nan, nan, nan, 6.0}, 3);
  EXPECT_TRUE(std::isnan(found[0]));
  EXPECT_EQ((std::vector(found.begin() + 1, found.begin() + 5)), (std::vector{1.0, 2.0, 2.0, 3.0}));
  EXPECT_TRUE(std::isnan(found[5]));
  EXPECT_EQ(found[6], 6.0);
  EXPECT_EQ(recent_means(std::vector{1.0, 2.0}, 1), (std::vector{1.0, 2.0}));
}

}  // namespace
}  // namespace vrkn::analysis::detection_test
