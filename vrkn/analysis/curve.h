#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vrkn/analysis/bootstrap.h"
#include "vrkn/core/metrics.h"

namespace vrkn::analysis {

/// Which numbers of a run are looked at: a metric of one kind of record.
struct MetricName {
  std::string kind = "evaluate";
  std::string name = "return";

  /// "evaluate/return"
  std::string text() const { return kind + "/" + name; }
  bool operator==(const MetricName&) const = default;
};

/// Reads "evaluate/return": the kind of record up to the first slash, then the metric. Throws ConfigError for a text of
/// another form.
MetricName parse_metric_name(std::string_view text);

/// One number of one run over its steps, which grow strictly. Both vectors are equally long.
struct Curve {
  std::vector<double> step = {};
  std::vector<double> value = {};
};

/// A metric as it was recorded, without values that are not finite. Of two records at one step the later counts. Throws
/// DataError when steps go back.
Curve curve_of(std::span<const MetricRecord> records, const MetricName& metric);

/// The value at a step, linear between the two recorded steps around it. NaN before the first and after the last:
/// nothing is extrapolated.
double value_at(const Curve& curve, double step);

/// The steps at which curves are compared: all that any of them has recorded, so runs that were evaluated at the same
/// steps are never interpolated. Of more than `most` (>= 2) every so many are taken, evenly by number, the first and
/// the last always.
std::vector<double> common_steps(std::span<const Curve> curves, size_t most = 240);

/// Several runs as one curve: at every step the quartiles over the runs that have a value there.
struct QuartileCurve {
  std::vector<double> step = {};
  std::vector<double> low = {};  ///< the 25 % quantile
  std::vector<double> median = {};
  std::vector<double> high = {};   ///< the 75 % quantile
  std::vector<int64_t> runs = {};  ///< how many had a value, >= 1
};

/// Steps that no run reaches are left out.
QuartileCurve quartile_curve(std::span<const Curve> curves, std::span<const double> steps);

/// The mean over tasks, and between which bounds it may lie.
struct MeanCurve {
  std::vector<double> step = {};
  std::vector<double> mean = {};
  std::vector<double> low = {};  ///< of the bootstrap interval; NaN where there is none
  std::vector<double> high = {};
};

/// The mean over tasks of the mean over runs, at the steps where every task has a run with a value, with the stratified
/// bootstrap interval of each step. `tasks`: per task the curves of its runs.
MeanCurve mean_curve(std::span<const std::vector<Curve>> tasks, std::span<const double> steps,
                     const BootstrapOptions& options);

}  // namespace vrkn::analysis
