#pragma once

#include <string>
#include <vector>

#include "vrkn/report/figure/figure.h"

namespace vrkn::report {

/// Where an axis has ticks: `values` carry labels, `minor` ones do not. Both ascend.
struct Ticks {
  std::vector<double> values = {};
  std::vector<double> minor = {};
};

/// `range` extended outwards to round numbers: on a linear scale to multiples of a step of 1, 2 or 5 times a power of
/// ten, of which at most ten fit in; on a log scale to such numbers themselves. A range without width is widened first.
/// `range`: low <= high, above 0 on a log scale.
Limits nice_limits(Limits range, Scale scale);

/// At most `most` (at least 2) ticks at round numbers within `limits`. On a linear scale multiples of a step of 1, 2 or
/// 5 times a power of ten. On a log scale powers of ten, with the multiples between them as minor ticks, and with fewer
/// than three powers 1, 2 and 5 times a power where these fit.
Ticks nice_ticks(Limits limits, Scale scale, int most);

/// The texts of numbers on one axis, in one manner for all, negative ones with a true minus. On a linear scale 0.25 and
/// 0.50; 20k and 1.5M when the largest is 10000 or more; 2×10⁻⁵ when it is below 0.001 or from 10⁹ on. On a log scale
/// 0.1 and 1, or 10⁻⁴ and 1 when one is below 0.001 or above 1000.
std::vector<std::string> tick_labels(const std::vector<double>& values, Scale scale);

}  // namespace vrkn::report
