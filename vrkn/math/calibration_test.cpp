#include "vrkn/math/calibration.h"

#include <cmath>
#include <limits>
#include <numbers>
#include <tuple>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/math/tensor_generator.h"

namespace vrkn::math::calibration_test {
namespace {

constexpr int64_t kCases = 200000;

/// Predictions N(m, v) with m and v of many sizes, and truths that are `spread` deviations of v wide.
Calibration account_of(double spread) {
  TensorGenerator rng(1);
  const DiagonalGaussian predicted{rng.normal({kCases}, at::kDouble) * 5.0,
                                   rng.uniform({kCases}, at::kDouble) * 3.0 + 0.1};
  const DiagonalGaussian world{predicted.mean, predicted.var * spread * spread};
  Calibration calibration;
  calibration.add(predicted, sample(world, rng.normal({kCases}, at::kDouble)));
  return calibration;
}

TEST(Calibration, CoverageIsThatOfTheGaussian) {
  for (const double spread : {1.0, 2.0, 0.5}) {
    const Calibration calibration = account_of(spread);
    // The half-widths of the central 50, 80 and 95 % intervals, from tables.
    for (const auto& [edge, half_width] :
         {std::pair<size_t, double>{10, 0.6744897502}, {16, 1.2815515655}, {19, 1.9599639845}}) {
      const double expected = std::erf(half_width / spread / std::numbers::sqrt2);
      EXPECT_NEAR(calibration.coverage(edge), expected, 6 * std::sqrt(expected * (1 - expected) / kCases));
    }
    EXPECT_EQ(calibration.coverage(Calibration::kBins), 1.0);
    EXPECT_EQ(calibration.count(), kCases);
  }
}

TEST(Calibration, LikelihoodAndErrorsEqualTheirClosedForms) {
  TensorGenerator rng(2);
  const double var = 0.7, world_var = 2.0, bias = 0.3;
  const at::Tensor truth = rng.normal({kCases}, at::kDouble) * std::sqrt(world_var) + bias;
  Calibration calibration;
  calibration.add({at::zeros({kCases}, at::kDouble), at::full({kCases}, var, at::kDouble)}, truth);
  const double squared = world_var + bias * bias;
  const double error = 6 * std::sqrt((2 * world_var * world_var + 4 * world_var * bias * bias) / kCases);
  EXPECT_NEAR(calibration.squared_error(), squared, error);
  EXPECT_NEAR(calibration.normalised_squared_error(), squared / var, error / var);
  const double expected = 0.5 * (std::log(2 * std::numbers::pi * var) + squared / var);
  EXPECT_NEAR(calibration.negative_log_likelihood(), expected, 0.5 * error / var);
}

/// The CRPS by its definition, the integral over x of (P(value < x) - [truth < x])^2, midpoint rule.
double integrated_crps(double mean, double deviation, double truth) {
  constexpr double kWidth = 1e-3;
  double sum = 0.0;
  for (double x = -40.0 + kWidth / 2; x < 40.0; x += kWidth) {
    const double probability = 0.5 * std::erfc((mean - x) / deviation / std::numbers::sqrt2);
    sum += std::pow(probability - (truth < x ? 1.0 : 0.0), 2) * kWidth;
  }
  return sum;
}

TEST(Calibration, TheRankedProbabilityScoreIsTheIntegralOfItsDefinition) {
  double expected = 0.0;
  Calibration calibration;
  for (const auto& [mean, deviation, truth] :
       {std::tuple{0.0, 1.0, 0.0}, {1.0, 0.5, 1.5}, {-2.0, 2.0, 3.0}, {0.3, 0.1, -7.0}}) {
    const auto number = [](double value) { return at::full({1}, value, at::kDouble); };
    calibration.add({number(mean), number(deviation * deviation)}, number(truth));
    expected += integrated_crps(mean, deviation, truth) / 4.0;
  }
  EXPECT_NEAR(calibration.crps(), expected, 1e-3);
}

TEST(Calibration, TheProbabilityIntegralTransformIsUniformWhereAllIsRight) {
  const Calibration right = account_of(1.0), narrow = account_of(2.0);
  const double error = 6 * std::sqrt(0.05 * 0.95 / kCases);
  for (size_t bin = 0; bin < Calibration::kBins; ++bin) EXPECT_NEAR(right.pit(bin), 0.05, error);
  // Beyond the 5 % quantile of a deviation that is half of the true one.
  const double tail = 0.5 * std::erfc(1.6448536270 / 2.0 / std::numbers::sqrt2);
  EXPECT_NEAR(narrow.pit(0), tail, 6 * std::sqrt(tail * (1 - tail) / kCases));
  EXPECT_NEAR(narrow.pit(Calibration::kBins - 1), tail, 6 * std::sqrt(tail * (1 - tail) / kCases));
  Calibration high;
  high.add({at::zeros({10}), at::ones({10})}, at::full({10}, 5.0));
  EXPECT_EQ(high.pit(Calibration::kBins - 1), 1.0);
  EXPECT_EQ(high.pit(0), 0.0);
}

TEST(Calibration, WithAScaleIsThatOfPredictionsWithTheScaledVariance) {
  TensorGenerator rng(4);
  const DiagonalGaussian predicted{rng.normal({50}, at::kDouble), rng.uniform({50}, at::kDouble) + 0.1};
  const at::Tensor truth = rng.normal({50}, at::kDouble);
  Calibration scaled(Recalibration{.variance_scale = 3.0}), wider;
  scaled.add(predicted, truth);
  wider.add({predicted.mean, predicted.var * 3.0}, truth);
  EXPECT_NEAR(scaled.negative_log_likelihood(), wider.negative_log_likelihood(), 1e-12);
  EXPECT_NEAR(scaled.crps(), wider.crps(), 1e-12);
  EXPECT_NEAR(scaled.normalised_squared_error(), wider.normalised_squared_error(), 1e-12);
  EXPECT_EQ(scaled.squared_error(), wider.squared_error());
}

TEST(Calibration, IsASumOverItsParts) {
  TensorGenerator rng(3);
  const DiagonalGaussian predicted{rng.normal({30, 4}), rng.uniform({30, 4}) + 0.1};
  const at::Tensor truth = rng.normal({30, 4});
  Calibration whole, parts;
  whole.add(predicted, truth);
  for (int64_t i = 0; i < 30; ++i) parts.add({predicted.mean[i], predicted.var[i]}, truth[i]);
  parts.add({at::empty({0}), at::empty({0})}, at::empty({0}));
  EXPECT_EQ(whole.count(), parts.count());
  for (size_t edge = 1; edge <= Calibration::kBins; ++edge) EXPECT_EQ(whole.coverage(edge), parts.coverage(edge));
  for (size_t bin = 0; bin < Calibration::kBins; ++bin) EXPECT_EQ(whole.pit(bin), parts.pit(bin));
  EXPECT_NEAR(whole.negative_log_likelihood(), parts.negative_log_likelihood(), 1e-12);
  EXPECT_NEAR(whole.crps(), parts.crps(), 1e-12);
  // And its likelihood is that of the other formula in this library.
  const double expected = -log_prob(predicted, truth).sum().item<double>() / 120.0;
  EXPECT_NEAR(whole.negative_log_likelihood(), expected, 1e-5);
}

TEST(Calibration, WithoutCasesNothingIsKnown) {
  const Calibration calibration;
  EXPECT_TRUE(std::isnan(calibration.coverage(10)));
  EXPECT_TRUE(std::isnan(calibration.negative_log_likelihood()));
  EXPECT_TRUE(std::isnan(calibration.crps()));
  EXPECT_TRUE(std::isnan(calibration.pit(0)));
}

TEST(Calibration, RefusesWhatIsNoGaussian) {
  Calibration calibration;
  const at::Tensor one = at::ones({2});
  EXPECT_THROW(calibration.add({one, one}, at::ones({3})), ShapeError);
  EXPECT_THROW(calibration.add({one, at::zeros({2})}, one), NumericalError);
  EXPECT_THROW(calibration.add({one * std::numeric_limits<float>::quiet_NaN(), one}, one), NumericalError);
  EXPECT_EQ(calibration.count(), 0);
}

}  // namespace
}  // namespace vrkn::math::calibration_test
