#include "vrkn/analysis/detection.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vrkn::analysis {

double area_under_roc(std::span<const double> home, std::span<const double> shifted) {
  std::vector<double> sorted(home.begin(), home.end());
  std::ranges::sort(sorted);
  double pairs = 0.0;  // in which the shifted value is above
  for (const double value : shifted) {
    const auto equal = std::ranges::equal_range(sorted, value);
    pairs += static_cast<double>(equal.begin() - sorted.begin()) + 0.5 * static_cast<double>(equal.size());
  }
  return pairs / (static_cast<double>(home.size()) * static_cast<double>(shifted.size()));
}

double share_above(std::span<const double> values, double threshold) {
  return static_cast<double>(std::ranges::count_if(values, [=](double value) { return value > threshold; })) /
         static_cast<double>(values.size());
}

std::vector<double> recent_means(std::span<const double> values, int64_t window) {
  std::vector<double> means;
  for (size_t end = 1; end <= values.size(); ++end) {
    const size_t count = std::min(end, static_cast<size_t>(window));
    double sum = 0.0, known = 0.0;
    for (const double value : values.subspan(end - count, count)) {
      if (std::isnan(value)) continue;
      sum += value;
      ++known;
    }
    means.push_back(sum / known);
  }
  return means;
}

}  // namespace vrkn::analysis
