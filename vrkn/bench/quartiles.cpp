#include "vrkn/bench/quartiles.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "vrkn/core/error.h"

namespace vrkn {

double quantile(std::vector<double> values, double share) {
  if (values.empty()) throw ConfigError("There is no quantile of no numbers.");
  if (!(share >= 0.0 && share <= 1.0)) {
    throw ConfigError("A quantile's share is " + std::to_string(share) + ", but must lie in [0, 1].");
  }
  std::ranges::sort(values);
  const double place = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<size_t>(place), above = std::min(below + 1, values.size() - 1);
  return std::lerp(values[below], values[above], place - static_cast<double>(below));
}

Quartiles quartiles(const std::vector<double>& values) {
  return {quantile(values, 0.25), quantile(values, 0.5), quantile(values, 0.75)};
}

}  // namespace vrkn
