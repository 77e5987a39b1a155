#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

namespace vrkn {

/// The Kolmogorov-Smirnov statistic: the largest distance between the distribution function of a sample and `cdf`,
/// which must be continuous.
inline double kolmogorov_smirnov(std::vector<double> sample, const std::function<double(double)>& cdf) {
  std::ranges::sort(sample);
  const double n = static_cast<double>(sample.size());
  double distance = 0.0;
  for (size_t i = 0; i < sample.size(); ++i) {
    const double expected = cdf(sample[i]);
    const double below = static_cast<double>(i) / n,
                 above = static_cast<double>(i + 1) / n;  // of the step at sample[i]
    distance = std::max({distance, above - expected, expected - below});
  }
  return distance;
}

/// The same between two samples.
inline double kolmogorov_smirnov(std::vector<double> a, std::vector<double> b) {
  std::ranges::sort(a);
  std::ranges::sort(b);
  const auto share_up_to = [](const std::vector<double>& sorted, double x) {
    const auto count = std::ranges::upper_bound(sorted, x) - sorted.begin();
    return static_cast<double>(count) / static_cast<double>(sorted.size());
  };
  double distance = 0.0;
  for (const auto* sample : {&a, &b}) {
    for (const double x : *sample) distance = std::max(distance, std::abs(share_up_to(a, x) - share_up_to(b, x)));
  }
  return distance;
}

/// What the statistic of `size` right draws stays below, but for one seed in a million: P(D > d) <= 2 exp(-2 n d^2)
/// for every n (Massart 1990). For two samples of n draws each, put n / 2 (Wei and Dudley 2012).
inline double kolmogorov_smirnov_limit(double size) {
  return std::sqrt(std::log(2.0 / 1e-6) / (2.0 * size));
}

/// Expects `sample` to be draws from the distribution `cdf`.
inline void expect_distribution(const std::vector<double>& sample, const std::function<double(double)>& cdf) {
  for (const double x : sample) ASSERT_TRUE(std::isfinite(x)) << x;
  EXPECT_LT(kolmogorov_smirnov(sample, cdf), kolmogorov_smirnov_limit(static_cast<double>(sample.size())));
}

/// Expects two samples of one size to be draws from one distribution.
inline void expect_same_distribution(const std::vector<double>& a, const std::vector<double>& b) {
  ASSERT_EQ(a.size(), b.size());
  EXPECT_LT(kolmogorov_smirnov(a, b), kolmogorov_smirnov_limit(static_cast<double>(a.size()) / 2.0));
}

/// Expects `sample` to be uniform in [low, high], and none of it outside.
inline void expect_uniform(const std::vector<double>& sample, double low, double high) {
  for (const double x : sample) ASSERT_TRUE(low <= x && x <= high) << x << " is not in [" << low << ", " << high << "]";
  expect_distribution(sample, [=](double x) { return (x - low) / (high - low); });
}

/// Expects `sample` to be normal.
inline void expect_normal(const std::vector<double>& sample, double mean, double std) {
  expect_distribution(sample, [=](double x) { return 0.5 * std::erfc((mean - x) / (std * std::numbers::sqrt2)); });
}

}  // namespace vrkn
