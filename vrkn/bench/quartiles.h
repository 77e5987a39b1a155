#pragma once

#include <vector>

namespace vrkn::bench {

/// Where the middle half of some numbers lies.
struct Quartiles {
  double low = 0.0, median = 0.0, high = 0.0;
};

/// The quantiles 1/4, 1/2 and 3/4, with a straight line between neighbours (vrkn/analysis/statistics.h).
Quartiles quartiles(const std::vector<double>& values);

}  // namespace vrkn::bench
