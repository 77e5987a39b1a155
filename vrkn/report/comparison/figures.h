#pragma once

#include <optional>

#include "vrkn/analysis/comparison.h"
#include "vrkn/report/figure/figure.h"

namespace vrkn::report {

/// How a group is drawn, in every figure and on the page: seven colours, then the same again dashed, then dotted.
Colour group_colour(size_t group);
Dash group_dash(size_t group);

/// The metric over the steps: first the mean over the common tasks, where there are several, with its interval, then a
/// panel per task with the median over runs and the quartiles, as in the paper's Figures 4, 5, 6 and 8. Published
/// scores are whiskers. Nothing when no run has a value of the metric.
std::optional<Figure> curves_figure(const analysis::Comparison& comparison);

/// The interquartile mean, the mean and the median over the common tasks with their intervals. Nothing for fewer than
/// two common tasks.
std::optional<Figure> overall_figure(const analysis::Comparison& comparison);

/// The probability that a run of one group scores higher than one of another, with intervals. Nothing
/// without pairs, or for so many that none would be read (more than 28: the table has them all).
std::optional<Figure> improvement_figure(const analysis::Comparison& comparison);

}  // namespace vrkn::report
