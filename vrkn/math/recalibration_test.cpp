#include "vrkn/math/recalibration.h"

#include <cmath>
#include <limits>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/math/calibration.h"
#include "vrkn/math/tensor_generator.h"

namespace vrkn::math::recalibration_test {
namespace {

constexpr int64_t kCases = 100000;

/// Errors in deviations of the prediction.
enum class World { kNarrow, kWide, kHeavyTails, kRight };

/// Predictions of many sizes and what came: predictions too narrow (3 deviations of error for one), too wide (0.2),
/// with errors of Student's t with 2 degrees of freedom, or right.
std::pair<DiagonalGaussian, at::Tensor> draw(World world, uint64_t seed) {
  TensorGenerator rng(seed);
  const auto normal = [&] { return rng.normal({kCases}, at::kDouble); };
  const DiagonalGaussian predicted{normal() * 5.0, rng.uniform({kCases}, at::kDouble) * 3.0 + 0.1};
  at::Tensor error = normal();
  if (world == World::kNarrow) error = error * 3.0;
  if (world == World::kWide) error = error * 0.2;
  if (world == World::kHeavyTails) error = error / ((normal().square() + normal().square()) / 2.0).sqrt();
  return {predicted, predicted.mean + predicted.var.sqrt() * error};
}

Recalibration fitted(World world) {
  Calibration account;
  const auto [predicted, truth] = draw(world, 1);
  account.add(predicted, truth);
  return account.fit();
}

TEST(Recalibration, BringsTheCoverageOfFreshCasesWithinOnePoint) {
  for (const World world : {World::kNarrow, World::kWide, World::kHeavyTails, World::kRight}) {
    SCOPED_TRACE(static_cast<int>(world));
    const auto [predicted, truth] = draw(world, 2);
    Calibration before, after(fitted(world));
    before.add(predicted, truth);
    after.add(predicted, truth);
    double largest = 0.0;
    for (size_t edge = 1; edge < Calibration::kBins; ++edge) {
      const double nominal = static_cast<double>(edge) / Calibration::kBins;
      // Sampling alone, of both halves, has a deviation of at most 0.22 points.
      EXPECT_NEAR(after.coverage(edge), nominal, 0.01);
      largest = std::max(largest, std::abs(before.coverage(edge) - nominal));
    }
    EXPECT_EQ(largest > 0.05, world != World::kRight);
    for (size_t bin = 0; bin < Calibration::kBins; ++bin) EXPECT_NEAR(after.pit(bin), 0.05, 0.005);
    if (world == World::kHeavyTails) continue;  // their variance is infinite
    EXPECT_NEAR(after.normalised_squared_error(), 1.0, 0.03);
    EXPECT_LE(after.negative_log_likelihood(), before.negative_log_likelihood() + 1e-3);
    EXPECT_LE(after.crps(), before.crps() + 1e-3);
  }
}

TEST(Recalibration, ScalesTheVarianceWhereAllErrorsAreGaussian) {
  const Recalibration narrow = fitted(World::kNarrow);
  EXPECT_NEAR(narrow.variance_scale, 9.0, 6 * 9.0 * std::sqrt(2.0 / kCases));
  EXPECT_NEAR(narrow.half_width(0.95), 3 * 1.9599639845, 0.06);
  EXPECT_NEAR(narrow.half_width(0.999), 3 * 3.2905267315, 0.25);  // by the tail, from the half-width at 0.99
}

TEST(Recalibration, AnIntervalHoldsExactlyTheErrorsOfSmallerProbability) {
  const Recalibration heavy = fitted(World::kHeavyTails);
  double before = 0.0;
  for (double level = 0.0005; level < 1.0; level += 0.0005) {
    const double half = heavy.half_width(level);
    EXPECT_GT(half, before);
    EXPECT_NEAR(heavy.probability(at::scalar_tensor(half, at::kDouble)).item<double>(), level, 1e-9);
    before = half;
  }
  const CentralInterval found = heavy.interval({at::tensor({1.0, -2.0}), at::tensor({4.0, 0.25})}, 0.8);
  const double half = heavy.half_width(0.8);
  EXPECT_TRUE(at::allclose(found.low, at::tensor({1.0 - 2.0 * half, -2.0 - 0.5 * half})));
  EXPECT_TRUE(at::allclose(found.high, at::tensor({1.0 + 2.0 * half, -2.0 + 0.5 * half})));
  const at::Tensor ends = heavy.probability(at::tensor({0.0, 1e9}, at::kDouble));
  EXPECT_EQ(ends[0].item<double>(), 0.0);
  EXPECT_NEAR(ends[1].item<double>(), 1.0, 1e-6);
}

TEST(Recalibration, WithoutHalfWidthsIsTheGaussian) {
  const Recalibration none;
  for (const auto& [level, half] : {std::pair{0.5, 0.6744897502}, {0.95, 1.9599639845}, {0.999, 3.2905267315}}) {
    EXPECT_NEAR(none.half_width(level), half, 1e-9);
    EXPECT_NEAR(none.probability(at::scalar_tensor(half, at::kDouble)).item<double>(), level, 1e-9);
  }
  for (const double level : {0.0, 1.0, -0.1, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_THROW(none.half_width(level), ConfigError);
  }
}

TEST(Recalibration, OfEqualHalfWidthsTheFirstCounts) {
  Recalibration steps;
  for (size_t i = 0; i < Recalibration::kLevels; ++i) steps.half_widths.push_back(i < 50 ? 1.0 : 2.0);
  const at::Tensor found = steps.probability(at::tensor({0.0, 0.5, 1.0, 1.5, 2.0}, at::kDouble));
  EXPECT_TRUE(at::allclose(found, at::tensor({0.0, 0.005, 0.01, 0.505, 0.51}, at::kDouble)));
}

TEST(Recalibration, RefusesNumbersThatAreNone) {
  EXPECT_NO_THROW(fitted(World::kWide).check());
  EXPECT_NO_THROW(Recalibration{}.check());
  const std::vector<double> good(Recalibration::kLevels, 1.0);
  const auto with = [&](size_t i, double value) {
    std::vector<double> widths = good;
    widths.at(i) = value;
    return widths;
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_NO_THROW((Recalibration{1.0, good}.check()));
  for (const double scale : {0.0, -1.0, nan, HUGE_VAL}) EXPECT_THROW((Recalibration{scale, good}.check()), DataError);
  for (const std::vector<double>& widths :
       {with(0, 0.0), with(5, 0.9), with(98, nan), with(98, HUGE_VAL), {1.0, 2.0}}) {
    EXPECT_THROW((Recalibration{1.0, widths}.check()), DataError);
  }
}

TEST(Recalibration, IsFoundByNameAndStep) {
  const Recalibrations all{{"state", {{1, {.variance_scale = 2.0}}, {5, {.variance_scale = 3.0}}}}};
  EXPECT_EQ(find_recalibration(all, "state", 5).variance_scale, 3.0);
  EXPECT_THROW(find_recalibration(all, "state", 2), ConfigError);
  EXPECT_THROW(find_recalibration(all, "reward", 1), ConfigError);
}

TEST(Recalibration, NeedsAsManyCasesAsTheIntervalOf99Percent) {
  Calibration account;
  account.add({at::zeros({98}), at::ones({98})}, at::zeros({98}));
  EXPECT_THROW(account.fit(), DataError);
  account.add({at::zeros({1}), at::ones({1})}, at::zeros({1}));
  EXPECT_NO_THROW(account.fit().check());  // although nothing was ever wrong
}

TEST(ErrorHistogram, KnowsQuantilesToTheWidthOfABin) {
  TensorGenerator rng(3);
  const at::Tensor values = (rng.normal({999}, at::kDouble) * 2.0).exp();  // over about six powers of ten
  ErrorHistogram histogram;
  histogram.add(values.narrow(0, 0, 400));
  histogram.add(values.narrow(0, 400, 599));
  EXPECT_EQ(histogram.count(), 999);
  const at::Tensor sorted = std::get<0>(values.sort());
  for (const int64_t rank : {10, 100, 500, 950, 990}) {
    EXPECT_NEAR(histogram.quantile(static_cast<double>(rank) / 1000.0) / sorted[rank - 1].item<double>(), 1.0, 0.0095);
  }
}

TEST(ErrorHistogram, KnowsWhatLiesBeyondItsEdges) {
  ErrorHistogram histogram;
  histogram.add(at::tensor({0.0, 0.0, 1e-9, 1.0, 3e4, 5e5}, at::kDouble));
  EXPECT_GT(histogram.quantile(0.01), 0.0);
  EXPECT_LE(histogram.quantile(0.4), 1e-4);
  EXPECT_GT(histogram.quantile(0.75), 1e4);
  EXPECT_EQ(histogram.quantile(0.99), 5e5);  // rank 6.93 of 6
}

}  // namespace
}  // namespace vrkn::math::recalibration_test
