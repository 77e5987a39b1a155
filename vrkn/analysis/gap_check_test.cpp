#include "vrkn/analysis/gap_check.h"

#include <cmath>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrkn::analysis::gap_check_test {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;

using Curves = std::vector<std::vector<double>>;

TEST(GapCheck, TheTrendOfStraightLinesIsTheirSlope) {
  // 2, 4, 6 at steps 1, 3, 5, and twice that: the lines rise by 4 and 8, and the means are 4 and 8.
  const std::vector<double> steps{1.0, 3.0, 5.0};
  const Trend trend = trend_of(steps, Curves{{2.0, 4.0, 6.0}, {4.0, 8.0, 12.0}, {2.0, 4.0, 6.0}});
  EXPECT_DOUBLE_EQ(trend.change, 1.0);
  EXPECT_NEAR(trend.standard_error, 0.0, 1e-15);  // of equal shape, whatever their size
  EXPECT_TRUE(trend.rises());
  EXPECT_FALSE(trend.falls());
}

TEST(GapCheck, TheLineIsThatOfLeastSquares) {
  // x - mean = -1.5, -0.5, 0.5, 1.5; products with y: -1.5 * 1 - 0.5 * 0 + 0.5 * 0 + 1.5 * 3 = 3; squares 5. The slope
  // 3 / 5 over three steps, and the mean 1.
  EXPECT_DOUBLE_EQ(trend_of(std::vector<double>{1, 2, 3, 4}, Curves{{1.0, 0.0, 0.0, 3.0}}).change, 1.8);
}

TEST(GapCheck, TheStandardErrorIsThatOfTheRatioEstimator) {
  // Changes 1, 2, 3 and means 1 each: the ratio 2, residuals -1, 0, 1, so sqrt(2 / (3 * 2)) / 1.
  const std::vector<double> steps{1.0, 2.0};
  const Trend trend = trend_of(steps, Curves{{0.5, 1.5}, {0.0, 2.0}, {-0.5, 2.5}});
  EXPECT_DOUBLE_EQ(trend.change, 2.0);
  EXPECT_DOUBLE_EQ(trend.standard_error, std::sqrt(1.0 / 3.0));
  EXPECT_TRUE(trend.rises());  // 2 - 2 * 0.577 > 0
  EXPECT_FALSE(trend_of(steps, Curves{{1.5, 0.5}, {0.0, 2.0}, {-0.5, 2.5}}).rises());
}

TEST(GapCheck, OfEpisodesThatDifferByChanceFewTrendsAreFound) {
  // No trend, and noise of a tenth: two standard errors of 10 episodes are passed in about 7.7 % of all cases (Student,
  // 9 degrees of freedom). 2,000 trials: within six deviations, 0.6 % each.
  std::mt19937 random(1);
  std::normal_distribution<double> noise(1.0, 0.1);
  const std::vector<double> steps{1, 2, 3, 4, 5};
  int found = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    Curves curves(10, std::vector<double>(5));
    for (std::vector<double>& curve : curves) {
      for (double& value : curve) value = noise(random);
    }
    const Trend trend = trend_of(steps, curves);
    found += trend.rises() || trend.falls() ? 1 : 0;
  }
  EXPECT_NEAR(found / 2000.0, 0.077, 0.036);
}

TEST(GapCheck, WarnsWhereTheVarianceFallsAndTheErrorRisesAndNowhereElse) {
  const std::vector<double> steps{1, 2, 3};
  const Curves falling{{0.086, 0.073, 0.062}, {0.085, 0.072, 0.061}, {0.090, 0.075, 0.064}};
  const Curves rising{{0.1, 0.2, 0.3}, {0.1, 0.2, 0.4}, {0.2, 0.3, 0.4}};
  const GapCheck found = gap_check(steps, falling, rising);
  EXPECT_TRUE(found.warns());
  EXPECT_EQ(found.episodes, 3);
  EXPECT_THAT(found.variance, ElementsAre(DoubleEq(0.261 / 3), testing::DoubleNear(0.22 / 3, 1e-15),
                                          testing::DoubleNear(0.187 / 3, 1e-15)));
  EXPECT_FALSE(gap_check(steps, rising, rising).warns());
  EXPECT_FALSE(gap_check(steps, falling, falling).warns());  // a world that comes to rest
  EXPECT_FALSE(gap_check(steps, rising, falling).warns());
  EXPECT_FALSE(gap_check(steps, falling, {}).warns());  // the latent state, of which nobody knows the truth
}

TEST(GapCheck, OfTooLittleNothingIsSaid) {
  const std::vector<double> steps{1, 2};
  const Curves falling{{2.0, 1.0}, {2.0, 1.1}}, rising{{1.0, 2.0}, {1.0, 2.1}};
  const GapCheck two = gap_check(steps, falling, rising);
  EXPECT_FALSE(two.warns());
  EXPECT_LT(two.variance_trend.change, 0.0);
  EXPECT_TRUE(std::isnan(two.variance_trend.standard_error));
  EXPECT_TRUE(std::isnan(gap_check({1}, Curves{{2.0}, {2.0}, {2.0}}, {}).variance_trend.change));
  EXPECT_TRUE(std::isnan(gap_check(steps, {}, {}).variance_trend.change));
  EXPECT_TRUE(std::isnan(trend_of(steps, Curves{{0.0, 0.0}, {0.0, 0.0}, {0.0, 0.0}}).change));
}

TEST(GapCheck, InWords) {
  EXPECT_EQ(trend_text({.change = -0.324, .standard_error = 0.041}), "-32 % (4)");
  EXPECT_EQ(trend_text({.change = 0.2, .standard_error = std::nan("")}), "+20 %");
  EXPECT_EQ(trend_text({.change = std::nan(""), .standard_error = std::nan("")}), "-");
}

}  // namespace
}  // namespace vrkn::analysis::gap_check_test
