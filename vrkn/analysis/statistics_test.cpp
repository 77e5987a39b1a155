#include "vrkn/analysis/statistics.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "vrkn/core/random.h"

namespace vrkn::analysis::statistics_test {
namespace {

std::vector<double> draws(size_t count, uint64_t seed) {
  ScalarGenerator random(seed);
  std::vector<double> values(count);
  for (double& value : values) value = random.normal();
  return values;
}

TEST(Statistics, QuantilesOfFewValuesAreThoseOfTheDefinition) {
  EXPECT_EQ(quantile({3.0, 1.0, 2.0, 4.0}, 0.25), 1.75);
  EXPECT_EQ(quantile({3.0, 1.0, 2.0, 4.0}, 0.5), 2.5);
  EXPECT_EQ(quantile({10.0, 0.0}, 0.1), 1.0);
  EXPECT_EQ(quantile({5.0}, 0.9), 5.0);
  EXPECT_EQ(quantile({2.0, 7.0, 3.0}, 0.0), 2.0);
  EXPECT_EQ(quantile({2.0, 7.0, 3.0}, 1.0), 7.0);
  EXPECT_EQ(median({7.0, 1.0, 3.0}), 3.0);
}

TEST(Statistics, QuantilesOfManyDrawsAreThoseOfTheirDistribution) {
  const std::vector<double> values = draws(100'000, 1);
  // Six standard errors: sqrt(p (1 - p) / n) / density.
  EXPECT_NEAR(quantile(values, 0.5), 0.0, 6.0 * 0.00396);
  EXPECT_NEAR(quantile(values, 0.25), -0.67449, 6.0 * 0.00431);
  EXPECT_NEAR(quantile(values, 0.975), 1.95996, 6.0 * 0.00845);
}

TEST(Statistics, TheInterquartileMeanCutsAQuarterAtEachEnd) {
  EXPECT_EQ(interquartile_mean({1000.0, 2.0, 3.0, -1000.0}), 2.5);
  EXPECT_EQ(interquartile_mean({1.0, 2.0, 6.0}), 3.0);                             // nothing to cut of three
  EXPECT_EQ(interquartile_mean({9.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 100.0}), 4.5);  // 3, 4, 5, 6
  EXPECT_EQ(interquartile_mean({5.0, 1.0, 2.0, 3.0, 100.0}), 10.0 / 3.0);          // floor(5 / 4) = 1
}

TEST(Statistics, TheInterquartileMeanIsTheMeanOfWhatAWalkFromBothEndsLeaves) {
  for (size_t count = 1; count < 40; ++count) {
    std::vector<double> left = draws(count, count);
    for (size_t i = 0; i < count / 4; ++i) {
      left.erase(std::ranges::min_element(left));
      left.erase(std::ranges::max_element(left));
    }
    EXPECT_NEAR(interquartile_mean(draws(count, count)), mean(left), 1e-12) << count;
  }
}

TEST(Statistics, TheRankCorrelationSeesOrderAlone) {
  const std::vector<double> values{3.0, -1.0, 10.0, 4.0}, rising{0.3, -50.0, 1e9, 0.4}, falling{0.0, 7.0, -9.0, -1.0};
  EXPECT_DOUBLE_EQ(rank_correlation(values, rising), 1.0);
  EXPECT_DOUBLE_EQ(rank_correlation(values, falling), -1.0);
  // Without ties 1 - 6 sum d^2 / (n (n^2 - 1)), here of the ranks 1 2 3 4 5 and 2 1 4 3 5.
  EXPECT_NEAR(rank_correlation(std::vector{1.0, 2.0, 3.0, 4.0, 5.0}, std::vector{2.0, 1.0, 4.0, 3.0, 5.0}),
              1.0 - 6.0 * 4.0 / (5.0 * 24.0), 1e-12);
  // Ties share 1.5 and 3.5: the product of deviations is 4, its squares 5 and 4.
  EXPECT_NEAR(rank_correlation(std::vector{1.0, 2.0, 3.0, 4.0}, std::vector{0.0, 0.0, 1.0, 1.0}), 4.0 / std::sqrt(20.0),
              1e-12);
  EXPECT_TRUE(std::isnan(rank_correlation(std::vector{1.0, 2.0}, std::vector{5.0, 5.0})));
  EXPECT_TRUE(std::isnan(rank_correlation(std::vector{1.0, std::nan("")}, std::vector{5.0, 6.0})));
}

TEST(Statistics, TheBandOfMeanSquaresIsThatOfAChiSquare) {
  // Quantiles from tables, over the degrees of freedom.
  const Interval ten = mean_square_band(10.0), hundred = mean_square_band(100.0);
  EXPECT_NEAR(ten.low, 0.32469728, 3e-3);
  EXPECT_NEAR(ten.high, 2.04831774, 3e-3);
  EXPECT_NEAR(hundred.low, 0.74221927, 1e-4);
  EXPECT_NEAR(hundred.high, 1.29561197, 1e-4);
}

TEST(Statistics, NoValuesGiveNaN) {
  EXPECT_TRUE(std::isnan(mean({})));
  EXPECT_TRUE(std::isnan(median({})));
  EXPECT_TRUE(std::isnan(interquartile_mean({})));
}

}  // namespace
}  // namespace vrkn::analysis::statistics_test
