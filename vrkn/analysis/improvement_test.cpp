#include "vrkn/analysis/improvement.h"

#include <cmath>

#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/core/random.h"

namespace vrkn::analysis::improvement_test {
namespace {

double slow_probability(const Strata& first, const Strata& second) {
  double sum = 0.0;
  for (size_t task = 0; task < first.size(); ++task) {
    double won = 0.0;
    for (const double x : first[task]) {
      for (const double y : second[task]) won += x > y ? 1.0 : x == y ? 0.5 : 0.0;
    }
    sum += won / static_cast<double>(first[task].size() * second[task].size());
  }
  return sum / static_cast<double>(first.size());
}

/// Small whole numbers, so that ties come often.
Strata scores(uint64_t seed, std::initializer_list<size_t> sizes) {
  ScalarGenerator random(seed);
  Strata strata;
  for (const size_t size : sizes) {
    for (double& value : strata.emplace_back(size)) value = static_cast<double>(random.integer(0, 6));
  }
  return strata;
}

TEST(Improvement, IsTheShareOfPairsWon) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    const Strata first = scores(seed, {5, 3, 8}), second = scores(1000 + seed, {4, 7, 1});
    const double p = probability_of_improvement(first, second);
    EXPECT_NEAR(p, slow_probability(first, second), 1e-12);
    EXPECT_NEAR(p + probability_of_improvement(second, first), 1.0, 1e-12);
  }
  EXPECT_EQ(probability_of_improvement({{3.0, 4.0}}, {{1.0, 2.0}}), 1.0);
  EXPECT_EQ(probability_of_improvement({{3.0, 3.0}}, {{3.0}}), 0.5);
}

TEST(Improvement, OfNormalScoresIsItsClosedForm) {
  // P(X > Y) = Phi((a - b) / (s sqrt 2)) = Phi(1 / sqrt 2) = 0.76025 for a - b = s.
  constexpr size_t kRuns = 3000;
  ScalarGenerator random(5);
  Strata first(1, std::vector<double>(kRuns)), second = first;
  for (double& value : first[0]) value = 1.0 + random.normal();
  for (double& value : second[0]) value = random.normal();
  EXPECT_NEAR(probability_of_improvement(first, second), 0.76025, 6.0 * 0.0062);
}

TEST(Improvement, TheIntervalOfOneGroupAgainstItselfHoldsOneHalf) {
  const Strata group = {{1.0, 2.0, 3.0, 4.0, 5.0}, {1.0, 2.0, 3.0, 4.0, 5.0}};
  const Estimate estimate = improvement(group, group);
  EXPECT_EQ(estimate.value, 0.5);
  EXPECT_LT(estimate.interval->low, 0.4);
  EXPECT_GT(estimate.interval->high, 0.6);
  EXPECT_FALSE(improvement({{1.0}}, {{2.0, 3.0}}).interval);
}

TEST(Improvement, TheTasksMustBeTheSame) {
  EXPECT_THROW(improvement({{1.0}}, {{1.0}, {2.0}}), ShapeError);
}

}  // namespace
}  // namespace vrkn::analysis::improvement_test
