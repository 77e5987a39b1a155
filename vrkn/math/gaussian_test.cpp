#include "vrkn/math/gaussian.h"

#include <cmath>
#include <numbers>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/gradient_check.h"
#include "vrkn/core/log_two_pi.h"
#include "vrkn/math/tensor_generator.h"

namespace vrkn::math::gaussian_test {
namespace {

DiagonalGaussian random_moments(at::IntArrayRef sizes, TensorGenerator& rng) {
  return {rng.normal(sizes, at::kDouble), rng.uniform(sizes, at::kDouble) + 0.2};
}

TEST(Gaussian, LogProbEqualsTheTextbookDensity) {
  const DiagonalGaussian moments{at::tensor({1.0, -2.0}, at::kDouble), at::tensor({4.0, 0.25}, at::kDouble)};
  const at::Tensor x = at::tensor({2.0, -1.5}, at::kDouble);
  const double two_pi = 2.0 * std::numbers::pi;
  const double expected =
      std::log(std::exp(-0.125) / std::sqrt(two_pi * 4.0) * std::exp(-0.5) / std::sqrt(two_pi * 0.25));
  EXPECT_NEAR(log_prob(moments, x).item<double>(), expected, 1e-14);
}

TEST(Gaussian, TheConstantOfItsDensityIsExact) {
  EXPECT_EQ(kLogTwoPi, std::log(2.0 * std::numbers::pi));
}

TEST(Gaussian, KlEqualsQuadratureOfItsIntegral) {
  const DiagonalGaussian q{at::tensor({0.3}, at::kDouble), at::tensor({0.5}, at::kDouble)};
  const DiagonalGaussian p{at::tensor({-0.4}, at::kDouble), at::tensor({1.3}, at::kDouble)};
  const at::Tensor x = at::linspace(-12, 12, 200001, at::kDouble).unsqueeze(1);
  const at::Tensor log_q = log_prob(q, x), integrand = log_q.exp() * (log_q - log_prob(p, x));
  EXPECT_NEAR(kl_divergence(q, p).item<double>(), integrand.sum().item<double>() * 24.0 / 200000.0, 1e-10);
  EXPECT_NEAR(kl_divergence(q, q).item<double>(), 0.0, 1e-15);
}

TEST(Gaussian, SampleHasTheMoments) {
  TensorGenerator rng(5);
  const DiagonalGaussian moments{at::full({400000}, 2.0, at::kDouble), at::full({400000}, 9.0, at::kDouble)};
  const at::Tensor x = sample(moments, rng.normal({400000}, at::kDouble));
  EXPECT_NEAR(x.mean().item<double>(), 2.0, 6 * 3.0 / std::sqrt(4e5));
  EXPECT_NEAR(x.var().item<double>(), 9.0, 6 * 9.0 * std::sqrt(2.0 / 4e5));
}

TEST(Gaussian, GradientsEqualFiniteDifferences) {
  TensorGenerator rng(2);
  const DiagonalGaussian q = random_moments({2, 3}, rng), p = random_moments({2, 3}, rng);
  const at::Tensor noise = rng.normal({2, 3}, at::kDouble);
  const auto function = [&](const std::vector<at::Tensor>& in) {
    const DiagonalGaussian left{in[0], in[1]}, right{in[2], in[3]};
    return kl_divergence(left, right).sum() + log_prob(right, sample(left, noise)).sum() +
           squared_error(in[0], in[2], 1).sum();
  };
  EXPECT_LT(gradient_error(function, {q.mean, q.var, p.mean, p.var}), 1e-8);
}

}  // namespace
}  // namespace vrkn::math::gaussian_test
