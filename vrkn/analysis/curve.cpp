#include "vrkn/analysis/curve.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "vrkn/analysis/statistics.h"
#include "vrkn/core/error.h"

namespace vrkn::analysis {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// Values at some step: per task and run, NaN where the run has none.
Strata values_at(std::span<const std::vector<Curve>> tasks, double step) {
  Strata values;
  for (const std::vector<Curve>& curves : tasks) {
    std::vector<double>& stratum = values.emplace_back();
    for (const Curve& curve : curves) stratum.push_back(value_at(curve, step));
  }
  return values;
}

/// The mean over tasks of the mean over those runs of a resample that have a value; NaN when a task has none.
double mean_of_known(const Strata& values, const Resample& resample) {
  double sum = 0.0;
  for (size_t task = 0; task < values.size(); ++task) {
    double task_sum = 0.0, count = 0.0;
    for (const size_t run : resample[task]) {
      if (std::isnan(values[task][run])) continue;
      task_sum += values[task][run];
      count += 1.0;
    }
    sum += task_sum / count;  // 0 / 0 is the NaN that says so
  }
  return sum / static_cast<double>(values.size());
}

/// Every run once.
Resample all_of(std::span<const size_t> sizes) {
  Resample all;
  for (const size_t size : sizes) {
    std::vector<size_t>& indices = all.emplace_back(size);
    for (size_t i = 0; i < size; ++i) indices[i] = i;
  }
  return all;
}

/// Whether every task has at least two runs with a value, so that runs can be drawn anew.
bool has_spread(const Strata& values) {
  return std::ranges::all_of(values, [](const std::vector<double>& stratum) {
    return std::ranges::count_if(stratum, [](double value) { return !std::isnan(value); }) >= 2;
  });
}

}  // namespace

MetricName parse_metric_name(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == text.size()) {
    throw ConfigError("the metric '" + std::string(text) +
                      "' must be the kind of a record and a name in it, such as evaluate/return or train/loss/kl");
  }
  return {.kind = std::string(text.substr(0, slash)), .name = std::string(text.substr(slash + 1))};
}

Curve curve_of(std::span<const MetricRecord> records, const MetricName& metric) {
  Curve curve;
  for (const MetricRecord& record : records) {
    if (record.kind != metric.kind) continue;
    const auto found = std::ranges::find(record.metrics, metric.name, &Metric::name);
    if (found == record.metrics.end() || !std::isfinite(found->value)) continue;
    const auto step = static_cast<double>(record.env_step);
    if (!curve.step.empty() && step < curve.step.back()) {
      throw DataError("records of '" + metric.text() + "' go back from step " +
                      std::to_string(static_cast<int64_t>(curve.step.back())) + " to step " +
                      std::to_string(record.env_step));
    }
    if (!curve.step.empty() && step == curve.step.back()) {
      curve.value.back() = found->value;
    } else {
      curve.step.push_back(step);
      curve.value.push_back(found->value);
    }
  }
  return curve;
}

double value_at(const Curve& curve, double step) {
  const auto after = std::ranges::lower_bound(curve.step, step);
  if (after == curve.step.end()) return kNone;
  const auto i = static_cast<size_t>(after - curve.step.begin());
  if (*after == step) return curve.value[i];
  if (i == 0) return kNone;
  const double share = (step - curve.step[i - 1]) / (curve.step[i] - curve.step[i - 1]);
  return std::lerp(curve.value[i - 1], curve.value[i], share);
}

std::vector<double> common_steps(std::span<const Curve> curves, size_t most) {
  std::set<double> all;
  for (const Curve& curve : curves) all.insert(curve.step.begin(), curve.step.end());
  const std::vector<double> steps(all.begin(), all.end());
  if (steps.size() <= most) return steps;
  std::vector<double> taken;
  for (size_t i = 0; i < most; ++i) taken.push_back(steps[i * (steps.size() - 1) / (most - 1)]);
  return taken;
}

QuartileCurve quartile_curve(std::span<const Curve> curves, std::span<const double> steps) {
  QuartileCurve result;
  for (const double step : steps) {
    std::vector<double> values;
    for (const Curve& curve : curves) {
      const double value = value_at(curve, step);
      if (!std::isnan(value)) values.push_back(value);
    }
    if (values.empty()) continue;
    result.step.push_back(step);
    result.low.push_back(quantile(values, 0.25));
    result.median.push_back(median(values));
    result.high.push_back(quantile(values, 0.75));
    result.runs.push_back(static_cast<int64_t>(values.size()));
  }
  return result;
}

MeanCurve mean_curve(std::span<const std::vector<Curve>> tasks, std::span<const double> steps,
                     const BootstrapOptions& options) {
  std::vector<size_t> sizes;
  for (const std::vector<Curve>& curves : tasks) sizes.push_back(curves.size());
  MeanCurve result;
  if (sizes.empty() || std::ranges::min(sizes) == 0) return result;
  // The same draws at every step: the bounds are curves, not noise.
  const std::vector<Resample> resamples = stratified_resamples(sizes, options);
  const Resample all = all_of(sizes);
  for (const double step : steps) {
    const Strata values = values_at(tasks, step);
    const double mean = mean_of_known(values, all);
    if (std::isnan(mean)) continue;
    Interval interval{kNone, kNone};
    if (has_spread(values)) {
      std::vector<double> means;
      for (const Resample& resample : resamples) means.push_back(mean_of_known(values, resample));
      std::erase_if(means, [](double value) { return std::isnan(value); });
      interval = percentile_interval(means, options.level);
    }
    result.step.push_back(step);
    result.mean.push_back(mean);
    result.low.push_back(interval.low);
    result.high.push_back(interval.high);
  }
  return result;
}

}  // namespace vrkn::analysis
