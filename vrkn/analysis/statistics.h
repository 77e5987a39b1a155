#pragma once

#include <span>
#include <vector>

namespace vrkn::analysis {

struct Interval {
  double low = 0.0;
  double high = 0.0;
};

/// The arithmetic mean; NaN without values.
double mean(std::span<const double> values);

/// The value below which a share `probability` in [0, 1] of the sample lies, linear between neighbours of the sorted
/// sample: x at position probability (n - 1), counted from 0. NaN without values. No value may be NaN.
/// Source: R. J. Hyndman, Y. Fan, "Sample quantiles in statistical packages", 1996, definition 7 (NumPy's default).
double quantile(std::vector<double> values, double probability);

double median(std::vector<double> values);

/// The mean of the middle half: floor(n / 4) values are cut at each end of the sorted sample. NaN without values. It
/// needs fewer runs than the median for the same certainty, and outliers do not move it as they move the mean.
/// Source: R. Agarwal et al., "Deep reinforcement learning at the edge of the statistical precipice", 2021, Sec. 4.3.
double interquartile_mean(std::vector<double> values);

/// Spearman's rank correlation of pairs, in [-1, 1]: Pearson's correlation of the ranks, where equal values share their
/// mean rank. NaN for fewer than 2 pairs, where all values of one side are equal, and where one is NaN. As many `a` as
/// `b`.
double rank_correlation(std::span<const double> a, std::span<const double> b);

/// Where 95 % of all means of so many squares of independent standard normal numbers lie, between the 2.5 % and the
/// 97.5 % quantile: a chi-square over its degrees of freedom, >= 1.
/// Source: E. B. Wilson, M. M. Hilferty, "The distribution of chi-square", 1931; off by less than 1 % from 10 degrees
/// on.
Interval mean_square_band(double degrees_of_freedom);

}  // namespace vrkn::analysis
