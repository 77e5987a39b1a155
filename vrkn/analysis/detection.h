#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace vrkn::analysis {

/// The area under the receiver operating characteristic: the probability that a value from `shifted` is above one from
/// `home`, ties counted half (the statistic of Mann and Whitney 1947 over the number of pairs). 0.5: the values do not
/// tell them apart. NaN without values of one kind. No value may be NaN.
double area_under_roc(std::span<const double> home, std::span<const double> shifted);

/// The share of values above a threshold; NaN without values.
double share_above(std::span<const double> values, double threshold);

/// Of every value the mean of it and the up to `window` - 1 before it, of those that are no NaN; NaN where all are.
/// window >= 1.
std::vector<double> recent_means(std::span<const double> values, int64_t window);

}  // namespace vrkn::analysis
