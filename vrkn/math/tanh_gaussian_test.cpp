#include "vrkn/math/tanh_gaussian.h"

#include <cmath>
#include <numbers>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/gradient_check.h"
#include "vrkn/math/tensor_generator.h"

namespace vrkn::math::tanh_gaussian_test {
namespace {

using at::Tensor;

DiagonalGaussian scalar_moments(double mean, double std) {
  return {at::tensor({mean}, at::kDouble), at::tensor({std * std}, at::kDouble)};
}

TEST(TanhGaussian, DensityIntegratesToTheProbability) {
  // Midpoints of a fine grid of actions, from -1 to `end`.
  constexpr int64_t kPoints = 400000;
  for (const auto& [mean, std] : {std::pair(0.3, 0.5), std::pair(-0.8, 0.2), std::pair(0.0, 1.0)}) {
    for (const double end : {-0.5, 0.4, 1.0}) {
      const double width = (end + 1.0) / kPoints;
      const Tensor a = -1.0 + width * (at::arange(kPoints, at::kDouble) + 0.5);
      const Tensor density = tanh_gaussian_log_prob(scalar_moments(mean, std), at::atanh(a).unsqueeze(1)).exp();
      const double standardised = (std::atanh(end) - mean) / std;
      const double expected = 0.5 * std::erfc(-standardised / std::numbers::sqrt2);
      EXPECT_NEAR(density.sum().item<double>() * width, expected, 1e-7) << mean << " " << std << " " << end;
    }
  }
}

TEST(TanhGaussian, HalfOfTheProbabilityLiesBelowTheMedian) {
  TensorGenerator rng(1);
  constexpr int64_t kCount = 100000;
  const DiagonalGaussian moments = scalar_moments(0.4, 1.5);
  const Tensor a = at::tanh(sample(moments, rng.normal({kCount, 1}, at::kDouble)));
  const double below = (a < tanh_gaussian_median(moments)).to(at::kDouble).mean().item<double>();
  EXPECT_NEAR(below, 0.5, 6.0 * 0.5 / std::sqrt(static_cast<double>(kCount)));
}

TEST(TanhGaussian, LogDensitySumsOverComponentsAndIsFiniteFarOut) {
  const DiagonalGaussian moments{at::tensor({0.1, -2.0}, at::kDouble), at::tensor({0.5, 3.0}, at::kDouble)};
  const Tensor u = at::tensor({0.7, 1.1}, at::kDouble);
  double sum = 0.0;
  for (int64_t i = 0; i < 2; ++i) {
    sum += tanh_gaussian_log_prob({moments.mean.narrow(0, i, 1), moments.var.narrow(0, i, 1)}, u.narrow(0, i, 1))
               .item<double>();
  }
  EXPECT_NEAR(tanh_gaussian_log_prob(moments, u).item<double>(), sum, 1e-14);
  const Tensor far = at::tensor({60.0f, -60.0f});
  const DiagonalGaussian wide{at::zeros({2}), at::full({2}, 100.0)};
  EXPECT_TRUE(tanh_gaussian_log_prob(wide, far).isfinite().item<bool>());
}

TEST(TanhGaussian, GradientsEqualFiniteDifferences) {
  TensorGenerator rng(2);
  const auto function = [](const std::vector<Tensor>& in) {
    return tanh_gaussian_log_prob({in[0], in[1]}, in[2]).square().sum();
  };
  const Tensor mean = rng.normal({3, 2}, at::kDouble), var = rng.uniform({3, 2}, at::kDouble) + 0.3;
  EXPECT_LT(gradient_error(function, {mean, var, rng.normal({3, 2}, at::kDouble)}), 1e-7);
}

}  // namespace
}  // namespace vrkn::math::tanh_gaussian_test
