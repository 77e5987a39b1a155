#include "vrkn/analysis/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/analysis/statistics.h"
#include "vrkn/core/random.h"

namespace vrkn::analysis::bootstrap_test {
namespace {

using testing::ElementsAre;

TEST(Bootstrap, EveryResampleDrawsFromItsOwnStratum) {
  const size_t sizes[] = {2, 5, 1};
  const std::vector<Resample> resamples = stratified_resamples(sizes, {.resamples = 3000});
  ASSERT_EQ(resamples.size(), 3000u);
  std::vector<double> counts(5);
  for (const Resample& resample : resamples) {
    ASSERT_EQ(resample.size(), 3u);
    for (size_t i = 0; i < 3; ++i) {
      ASSERT_EQ(resample[i].size(), sizes[i]);
      for (const size_t index : resample[i]) ASSERT_LT(index, sizes[i]);
    }
    for (const size_t index : resample[1]) counts[index] += 1.0;
  }
  // 15000 draws of 1 in 5: standard deviation 49.
  for (const double count : counts) EXPECT_NEAR(count, 3000.0, 6.0 * 49.0);
}

TEST(Bootstrap, TheSameSeedGivesTheSameInterval) {
  const Strata scores = {{1.0, 5.0, 2.0}, {8.0, 3.0}};
  const Estimate first = bootstrap(scores, mean_over_strata, {.seed = 3});
  const Estimate again = bootstrap(scores, mean_over_strata, {.seed = 3});
  const Estimate other = bootstrap(scores, mean_over_strata, {.resamples = 50, .seed = 4});
  EXPECT_EQ(first.interval->low, again.interval->low);
  EXPECT_EQ(first.interval->high, again.interval->high);
  EXPECT_NE(first.interval->low, other.interval->low);
}

// Two runs, a and b: resamples have means a, (a + b) / 2, (a + b) / 2, b with probability 1/4 each. All of them can be
// listed for small strata.
TEST(Bootstrap, TheIntervalIsThatOfAllResamplesListed) {
  const Strata scores = {{0.0, 4.0, 5.0}, {10.0, 12.0}};
  std::vector<double> all;
  for (size_t i = 0; i < 27; ++i) {
    for (size_t j = 0; j < 4; ++j) {
      const Resample resample = {{i % 3, i / 3 % 3, i / 9}, {j % 2, j / 2}};
      all.push_back(mean_over_strata(chosen(scores, resample)));
    }
  }
  for (const double level : {0.5, 0.8}) {
    const Interval exact = percentile_interval(all, level);
    const Estimate drawn = bootstrap(scores, mean_over_strata, {.resamples = 200'000, .level = level});
    // The listed values are 1/6 apart at least; the drawn quantiles fall on the same or a neighbouring one.
    EXPECT_NEAR(drawn.interval->low, exact.low, 1.0 / 6.0 + 1e-9) << level;
    EXPECT_NEAR(drawn.interval->high, exact.high, 1.0 / 6.0 + 1e-9) << level;
  }
}

TEST(Bootstrap, TheWidthForTheMeanIsThatOfItsStandardError) {
  ScalarGenerator random(7);
  std::vector<double> sample(400);
  for (double& value : sample) value = random.normal();
  const double centre = mean(sample);
  double squares = 0.0;
  for (const double value : sample) squares += (value - centre) * (value - centre);
  const double error = std::sqrt(squares / 400.0 / 400.0);  // of the bootstrap distribution, exactly
  const Estimate estimate = bootstrap({sample}, mean_over_strata, {.resamples = 20'000});
  // A quantile of 20000 draws near the 2.5 % end has a standard error of 0.019 standard deviations.
  EXPECT_NEAR(estimate.interval->low, centre - 1.96 * error, 6.0 * 0.019 * error);
  EXPECT_NEAR(estimate.interval->high, centre + 1.96 * error, 6.0 * 0.019 * error);
  EXPECT_EQ(estimate.value, centre);
}

// Percentile intervals of small samples are a little narrow: for the mean of n normal draws the bootstrap's deviation
// is sqrt((n - 1) / n) of the estimated one, and Student's t has heavier ends. For n = 30 per stratum the expected
// coverage is P(|t_29| < 1.96 sqrt(29 / 30)) = 0.938 for one stratum, closer to 0.95 for three.
TEST(Bootstrap, A95PercentIntervalCoversTheTruthAsOftenAsItShould) {
  constexpr int kExperiments = 1500;
  ScalarGenerator random(11);
  int covered = 0;
  for (int experiment = 0; experiment < kExperiments; ++experiment) {
    Strata scores(3, std::vector<double>(30));
    for (size_t task = 0; task < 3; ++task) {
      for (double& score : scores[task]) score = 100.0 * static_cast<double>(task) + 10.0 * random.normal();
    }
    const Estimate estimate =
        bootstrap(scores, mean_over_strata, {.resamples = 400, .seed = static_cast<uint64_t>(experiment)});
    covered += estimate.interval->low <= 100.0 && 100.0 <= estimate.interval->high;
  }
  // 0.945 with a standard error of 0.0059; an unstratified bootstrap would cover always.
  EXPECT_NEAR(covered / static_cast<double>(kExperiments), 0.945, 6.0 * 0.0059);
}

TEST(Bootstrap, StatisticsOverTasks) {
  const Strata scores = {{1.0, 3.0}, {10.0, 20.0, 30.0}, {100.0, 0.0}};
  EXPECT_EQ(mean_over_strata(scores), (2.0 + 20.0 + 50.0) / 3.0);
  EXPECT_EQ(median_over_strata(scores), 20.0);
  EXPECT_EQ(interquartile_mean_of_all(scores), (1.0 + 3.0 + 10.0 + 20.0 + 30.0) / 5.0);  // of seven, one cut each end
}

TEST(Bootstrap, ASingleRunHasNoInterval) {
  EXPECT_FALSE(bootstrap({{1.0, 2.0}, {3.0}}, mean_over_strata).interval);
  EXPECT_FALSE(bootstrap({{}}, mean_over_strata).interval);
  EXPECT_TRUE(std::isnan(bootstrap({{}}, mean_over_strata).value));
}

}  // namespace
}  // namespace vrkn::analysis::bootstrap_test
