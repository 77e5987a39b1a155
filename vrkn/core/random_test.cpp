#include "vrkn/core/random.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/distribution.h"

namespace vrkn::random_test {
namespace {

using testing::ElementsAre;

constexpr int kDraws = 200'000;

// The frozen values were computed by a second implementation in Python, from the published algorithms. They must never
// change: old runs could not be repeated.

TEST(Random, SeedsAreFrozen) {
  EXPECT_EQ(derive_seed(0, "", 0), 0xa6bbc8dcbe30928cULL);
  EXPECT_EQ(derive_seed(1, "replay", 0), 0xb89b5642aeea2b3dULL);
  EXPECT_EQ(derive_seed(1, "replay", 1), 0xf9e840128a606a7eULL);
  EXPECT_EQ(derive_seed(1, "environment", 0), 0x37998a54d870e752ULL);
  EXPECT_EQ(derive_seed(~0ULL, "x", ~0ULL), 0x94d48c6d34c225c0ULL);
}

TEST(Random, BitsAreFrozen) {
  ScalarGenerator zero(0);
  EXPECT_EQ(zero.bits(), 0x99ec5f36cb75f2b4ULL);
  EXPECT_EQ(zero.bits(), 0xbf6e1f784956452aULL);
  EXPECT_EQ(zero.bits(), 0x1a5f849d4933e6e0ULL);
  EXPECT_EQ(zero.bits(), 0x6aa594f1262d2d2cULL);
  ScalarGenerator one(1);
  EXPECT_EQ(one.bits(), 0xb3f2af6d0fc710c5ULL);
  EXPECT_EQ(one.bits(), 0x853b559647364ceaULL);
}

TEST(Random, NumbersAreFrozen) {
  ScalarGenerator uniform(42);
  EXPECT_EQ(uniform.uniform(), 0.08386297105988216);
  EXPECT_EQ(uniform.uniform(), 0.3789802506626686);
  EXPECT_EQ(uniform.uniform(), 0.6800434110281394);

  ScalarGenerator integer(7);
  std::vector<int64_t> integers(5);
  for (int64_t& value : integers) value = integer.integer(-3, 1000);
  EXPECT_THAT(integers, ElementsAre(919, 95, 603, 517, 913));

  // Logarithm, sine and cosine may differ in the last digit between mathematics libraries.
  ScalarGenerator normal(42);
  EXPECT_NEAR(normal.normal(), -0.303263064678738, 1e-14);
  EXPECT_NEAR(normal.normal(), 0.28846173882942383, 1e-14);
  EXPECT_NEAR(normal.normal(), 1.3438117634372806, 1e-14);
  EXPECT_NEAR(normal.normal(), -0.6879751798977497, 1e-14);
}

TEST(Random, SeedsDifferByEachOfSeedNameAndIndex) {
  std::set<uint64_t> seeds;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    for (const char* name : {"replay", "environment", "Replay", "replay ", ""}) {
      for (uint64_t index = 0; index < 100; ++index) seeds.insert(derive_seed(seed, name, index));
    }
  }
  EXPECT_EQ(seeds.size(), 20u * 5u * 100u);
  EXPECT_EQ(derive_seed(3, "replay"), derive_seed(3, "replay", 0));
}

/// The correlation of two streams' uniform draws, in units of its standard deviation under independence.
double correlation_in_sigmas(uint64_t seed_a, uint64_t seed_b) {
  ScalarGenerator a(seed_a);
  ScalarGenerator b(seed_b);
  double sum = 0.0;
  for (int i = 0; i < kDraws; ++i) sum += (a.uniform() - 0.5) * (b.uniform() - 0.5);
  return sum / std::sqrt(kDraws / 144.0);  // each factor has variance 1/12
}

TEST(Random, DerivedStreamsAreIndependent) {
  EXPECT_LT(std::abs(correlation_in_sigmas(derive_seed(1, "replay", 0), derive_seed(1, "replay", 1))), 6.0);
  EXPECT_LT(std::abs(correlation_in_sigmas(derive_seed(1, "replay", 0), derive_seed(1, "environment", 0))), 6.0);
  EXPECT_LT(std::abs(correlation_in_sigmas(derive_seed(1, "replay", 0), derive_seed(2, "replay", 0))), 6.0);
  EXPECT_GT(std::abs(correlation_in_sigmas(5, 5)), 100.0);  // the measure does see dependence
}

TEST(Random, NeighbouringSeedsFlipHalfOfTheBits) {
  // Over 64 * 4096 bits the share of flipped ones has standard deviation 0.5 / 512.
  int flipped = 0;
  for (uint64_t index = 0; index < 4096; ++index) {
    flipped += __builtin_popcountll(derive_seed(9, "environment", index) ^ derive_seed(9, "environment", index + 1));
  }
  EXPECT_NEAR(flipped / (64.0 * 4096.0), 0.5, 6.0 * 0.5 / 512.0);
}

TEST(Random, UniformHasItsMomentsAndItsRange) {
  ScalarGenerator random(11);
  double sum = 0.0;
  double square_sum = 0.0;
  double lowest = 1.0;
  double highest = 0.0;
  for (int i = 0; i < kDraws; ++i) {
    const double value = random.uniform();
    sum += value;
    square_sum += value * value;
    lowest = std::min(lowest, value);
    highest = std::max(highest, value);
  }
  EXPECT_NEAR(sum / kDraws, 0.5, 6.0 * std::sqrt(1.0 / 12.0 / kDraws));
  EXPECT_NEAR(square_sum / kDraws, 1.0 / 3.0, 6.0 * std::sqrt(4.0 / 45.0 / kDraws));
  EXPECT_GE(lowest, 0.0);
  EXPECT_LT(highest, 1.0);
  EXPECT_LT(lowest, 1e-3);
  EXPECT_GT(highest, 1.0 - 1e-3);
}

TEST(Random, UniformFillsAnInterval) {
  ScalarGenerator plain(12);
  ScalarGenerator scaled(12);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(scaled.uniform(-3.0, 5.0), -3.0 + 8.0 * plain.uniform());
}

TEST(Random, NormalHasItsMomentsAndTails) {
  ScalarGenerator random(13);
  std::array<double, 4> power_sum{};
  double pair_sum = 0.0;  // of neighbours: both halves of one Box-Muller pair, and of two
  double previous = 0.0;
  int beyond_two = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double value = random.normal();
    double power = 1.0;
    for (double& sum : power_sum) sum += power *= value;
    pair_sum += value * previous;
    previous = value;
    beyond_two += std::abs(value) > 2.0;
  }
  const double sigma = 1.0 / std::sqrt(kDraws);
  EXPECT_NEAR(power_sum[0] / kDraws, 0.0, 6.0 * sigma);
  EXPECT_NEAR(power_sum[1] / kDraws, 1.0, 6.0 * std::sqrt(2.0) * sigma);
  EXPECT_NEAR(power_sum[2] / kDraws, 0.0, 6.0 * std::sqrt(15.0) * sigma);
  EXPECT_NEAR(power_sum[3] / kDraws, 3.0, 6.0 * std::sqrt(96.0) * sigma);
  EXPECT_NEAR(pair_sum / kDraws, 0.0, 6.0 * sigma);
  const double share = std::erfc(std::sqrt(2.0));
  EXPECT_NEAR(static_cast<double>(beyond_two) / kDraws, share, 6.0 * std::sqrt(share * (1.0 - share)) * sigma);
}

TEST(Random, UniformAndNormalHaveTheirDistributions) {
  ScalarGenerator random(21);
  std::vector<double> uniform, normal, shifted, wide, other;
  for (int i = 0; i < kDraws; ++i) {
    uniform.push_back(random.uniform(-2.0, 3.0));
    normal.push_back(random.normal());
    shifted.push_back(normal.back() + 0.05);
    wide.push_back(1.05 * normal.back());
    other.push_back(random.normal());
  }
  expect_uniform(uniform, -2.0, 3.0);
  expect_normal(normal, 0.0, 1.0);
  expect_same_distribution(normal, other);

  // The measure is exact on a sample it is easy to see through, and it does see small differences.
  EXPECT_DOUBLE_EQ(kolmogorov_smirnov({0.1, 0.5, 0.6}, [](double x) { return x; }), 0.4);
  EXPECT_DOUBLE_EQ(kolmogorov_smirnov({1.0, 2.0}, {2.0, 3.0, 4.0, 5.0}), 0.75);
  const auto normal_cdf = [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); };
  EXPECT_GT(kolmogorov_smirnov(shifted, normal_cdf), kolmogorov_smirnov_limit(kDraws));
  EXPECT_GT(kolmogorov_smirnov(wide, normal_cdf), kolmogorov_smirnov_limit(kDraws));
  EXPECT_GT(kolmogorov_smirnov(shifted, other), kolmogorov_smirnov_limit(kDraws / 2.0));
}

TEST(Random, IntegerIsUniformAndReachesBothEnds) {
  ScalarGenerator random(14);
  std::array<int, 7> count{};
  for (int i = 0; i < kDraws; ++i) {
    const int64_t value = random.integer(-3, 3);
    ASSERT_GE(value, -3);
    ASSERT_LE(value, 3);
    ++count.at(static_cast<size_t>(value + 3));
  }
  const double expected = kDraws / 7.0;
  for (const int found : count) EXPECT_NEAR(found, expected, 6.0 * std::sqrt(expected * 6.0 / 7.0));
}

TEST(Random, IntegerHasNoModuloBias) {
  // A range of 3/4 of all numbers: with a plain remainder its lower third would come twice as often as the others.
  ScalarGenerator random(15);
  const int64_t low = std::numeric_limits<int64_t>::min();
  const int64_t high = (int64_t{1} << 62) - 1;
  int lower_third = 0;
  for (int i = 0; i < kDraws; ++i) {
    const int64_t value = random.integer(low, high);
    ASSERT_LE(value, high);
    lower_third += value < low + (int64_t{1} << 62);
  }
  EXPECT_NEAR(lower_third, kDraws / 3.0, 6.0 * std::sqrt(kDraws * 2.0 / 9.0));
}

TEST(Random, IntegerTakesTheSmallestAndTheWholeRange) {
  ScalarGenerator random(16);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(random.integer(5, 5), 5);
  ScalarGenerator whole(17);
  ScalarGenerator plain(17);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(whole.integer(std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()),
              static_cast<int64_t>(plain.bits()));
  }
}

TEST(Random, ACopyGoesOnWithTheSameDraws) {
  ScalarGenerator original(18);
  original.normal();  // leaves one half of a pair behind
  ScalarGenerator copy = original;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(copy.normal(), original.normal());
}

}  // namespace
}  // namespace vrkn::random_test
