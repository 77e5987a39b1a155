#include "vrkn/analysis/gap_check.h"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "vrkn/analysis/statistics.h"

namespace vrkn::analysis {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

double slope(std::span<const double> x, std::span<const double> y) {
  const double x_mean = mean(x), y_mean = mean(y);
  double products = 0.0, squares = 0.0;
  for (size_t j = 0; j < x.size(); ++j) {
    products += (x[j] - x_mean) * (y[j] - y_mean);
    squares += (x[j] - x_mean) * (x[j] - x_mean);
  }
  return products / squares;
}

std::vector<double> mean_curve(std::span<const std::vector<double>> curves) {
  std::vector<double> result(curves.empty() ? 0 : curves.front().size(), 0.0);
  for (const std::vector<double>& curve : curves) {
    for (size_t j = 0; j < curve.size(); ++j) result[j] += curve[j] / static_cast<double>(curves.size());
  }
  return result;
}

}  // namespace

bool Trend::rises() const {
  return change - 2.0 * standard_error > 0.0;  // never of NaN
}

bool Trend::falls() const {
  return change + 2.0 * standard_error < 0.0;
}

Trend trend_of(std::span<const double> steps_ahead, std::span<const std::vector<double>> curves) {
  Trend trend{.change = kUnknown, .standard_error = kUnknown};
  if (steps_ahead.size() < 2 || curves.empty()) return trend;
  std::vector<double> changes, means;
  for (const std::vector<double>& curve : curves) {
    changes.push_back(slope(steps_ahead, curve) * (steps_ahead.back() - steps_ahead.front()));
    means.push_back(mean(curve));
  }
  const double level = mean(means), n = static_cast<double>(curves.size());
  if (!(level > 0.0)) return trend;
  trend.change = mean(changes) / level;
  if (curves.size() < static_cast<size_t>(GapCheck::kFewestEpisodes)) return trend;
  double squares = 0.0;
  for (size_t i = 0; i < curves.size(); ++i) squares += std::pow(changes[i] - trend.change * means[i], 2);
  trend.standard_error = std::sqrt(squares / (n * (n - 1.0))) / level;
  return trend;
}

GapCheck gap_check(std::vector<double> steps_ahead, std::span<const std::vector<double>> variances,
                   std::span<const std::vector<double>> squared_errors) {
  GapCheck check{.steps_ahead = std::move(steps_ahead),
                 .episodes = static_cast<int64_t>(variances.size()),
                 .variance = mean_curve(variances),
                 .squared_error = mean_curve(squared_errors)};
  check.variance_trend = trend_of(check.steps_ahead, variances);
  check.error_trend = trend_of(check.steps_ahead, squared_errors);
  return check;
}

std::string trend_text(const Trend& trend) {
  if (std::isnan(trend.change)) return "-";
  const std::string change = fmt::format("{:+.0f} %", 100 * trend.change);
  return std::isnan(trend.standard_error) ? change : fmt::format("{} ({:.0f})", change, 100 * trend.standard_error);
}

}  // namespace vrkn::analysis
