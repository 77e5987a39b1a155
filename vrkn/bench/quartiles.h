#pragma once

#include <vector>

namespace vrkn {

/// Where the middle half of some numbers lies.
struct Quartiles {
  double low = 0.0, median = 0.0, high = 0.0;
};

/// The value below which `share` of the numbers lie, with a straight line between neighbours: quantile(v, 0) is the
/// least, quantile(v, 1) the greatest. Throws ConfigError without numbers or for a share outside [0, 1].
double quantile(std::vector<double> values, double share);

/// The quantiles 1/4, 1/2 and 3/4. Throws as quantile.
Quartiles quartiles(const std::vector<double>& values);

}  // namespace vrkn
