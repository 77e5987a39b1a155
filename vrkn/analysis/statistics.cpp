#include "vrkn/analysis/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace vrkn::analysis {

double mean(std::span<const double> values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double quantile(std::vector<double> values, double probability) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::ranges::sort(values);
  const double position = probability * static_cast<double>(values.size() - 1);
  const auto below = static_cast<size_t>(position);
  const size_t above = std::min(below + 1, values.size() - 1);
  return std::lerp(values[below], values[above], position - static_cast<double>(below));
}

double median(std::vector<double> values) {
  return quantile(std::move(values), 0.5);
}

double interquartile_mean(std::vector<double> values) {
  std::ranges::sort(values);
  const size_t cut = values.size() / 4;
  return mean(std::span(values).subspan(cut, values.size() - 2 * cut));
}

namespace {

/// The rank of every value, counted from 1; equal ones share their mean.
std::vector<double> ranks(std::span<const double> values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::sort(order, {}, [&](size_t i) { return values[i]; });
  std::vector<double> ranks(values.size());
  for (size_t first = 0; first < order.size();) {
    size_t end = first;
    while (end < order.size() && values[order[end]] == values[order[first]]) ++end;
    for (size_t i = first; i < end; ++i) ranks[order[i]] = 0.5 * static_cast<double>(first + 1 + end);
    first = end;
  }
  return ranks;
}

}  // namespace

double rank_correlation(std::span<const double> a, std::span<const double> b) {
  const auto is_nan = [](double value) { return std::isnan(value); };
  if (std::ranges::any_of(a, is_nan) || std::ranges::any_of(b, is_nan)) return std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> ranks_a = ranks(a), ranks_b = ranks(b);
  const double middle = 0.5 * static_cast<double>(a.size() + 1);
  double product = 0.0, squared_a = 0.0, squared_b = 0.0;
  for (size_t i = 0; i < a.size(); ++i) {
    product += (ranks_a[i] - middle) * (ranks_b[i] - middle);
    squared_a += (ranks_a[i] - middle) * (ranks_a[i] - middle);
    squared_b += (ranks_b[i] - middle) * (ranks_b[i] - middle);
  }
  return product / std::sqrt(squared_a * squared_b);
}

Interval mean_square_band(double degrees_of_freedom) {
  const double variance = 2.0 / (9.0 * degrees_of_freedom);
  const auto end = [&](double normal) { return std::pow(1.0 - variance + normal * std::sqrt(variance), 3.0); };
  return {end(-1.9599639845400545), end(1.9599639845400545)};
}

}  // namespace vrkn::analysis
