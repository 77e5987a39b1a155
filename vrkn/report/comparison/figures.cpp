#include "vrkn/report/comparison/figures.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace vrkn::report {
namespace {

constexpr size_t kSeriesColours = kColourCount - 1;  // grey is for what others published
constexpr int kColumns = 3;
constexpr int kPanelHeight = 235;
constexpr size_t kMostPairs = 28;

/// Steps in thousands: their ticks stay short.
constexpr double kUnit = 1000.0;

std::string step_label(const analysis::Comparison& comparison) {
  return analysis::step_name(comparison.metric) + ", thousands";
}

std::vector<double> in_thousands(std::vector<double> steps) {
  for (double& step : steps) step /= kUnit;
  return steps;
}

std::string metric_label(const analysis::Comparison& comparison) {
  return comparison.metric == analysis::MetricName{} ? "evaluation return" : comparison.metric.text();
}

std::string title_of(std::string task) {
  std::ranges::replace(task, '_', ' ');
  return task;
}

Panel mean_panel(const analysis::Comparison& comparison) {
  Panel panel{.title = fmt::format("mean over {} tasks", comparison.common_tasks.size()),
              .x = {.label = step_label(comparison)},
              .y = {.label = metric_label(comparison)}};
  for (const analysis::OverallResult& result : comparison.overall) {
    const std::vector<double> x = in_thousands(result.curve.step);
    const Colour colour = group_colour(result.group);
    panel.marks.emplace_back(Band{.x = x, .low = result.curve.low, .high = result.curve.high, .colour = colour});
    panel.marks.emplace_back(Line{.x = x,
                                  .y = result.curve.mean,
                                  .colour = colour,
                                  .dash = group_dash(result.group),
                                  .label = comparison.groups[result.group].label});
  }
  return panel;
}

/// Published ranges within the steps that the runs cover.
Points published_points(const analysis::TaskComparison& task, double last_step) {
  Points points{.colour = Colour::kGrey, .marker = Marker::kDiamond, .label = "published, range over seeds"};
  for (const analysis::PublishedResult& result : task.published) {
    for (const analysis::PublishedScore& score : result.scores) {
      if (static_cast<double>(score.step) > last_step || score.low == score.high) continue;
      points.x.push_back(static_cast<double>(score.step) / kUnit);
      points.y.push_back(0.5 * (score.low + score.high));
      points.low.push_back(score.low);
      points.high.push_back(score.high);
    }
  }
  return points;
}

Panel task_panel(const analysis::Comparison& comparison, const analysis::TaskComparison& task) {
  Panel panel{
      .title = title_of(task.name), .x = {.label = step_label(comparison)}, .y = {.label = metric_label(comparison)}};
  double last_step = 0.0;
  for (const analysis::GroupResult& result : task.groups) {
    const std::vector<double> x = in_thousands(result.curve.step);
    const Colour colour = group_colour(result.group);
    if (!result.curve.step.empty()) last_step = std::max(last_step, result.curve.step.back());
    if (result.runs.size() > 1) {
      panel.marks.emplace_back(Band{.x = x, .low = result.curve.low, .high = result.curve.high, .colour = colour});
    }
    panel.marks.emplace_back(Line{.x = x,
                                  .y = result.curve.median,
                                  .colour = colour,
                                  .dash = group_dash(result.group),
                                  .label = comparison.groups[result.group].label});
  }
  Points published = published_points(task, last_step);
  if (!published.x.empty()) panel.marks.emplace_back(std::move(published));
  return panel;
}

Points estimate_point(double x, const analysis::Estimate& estimate, size_t group, std::string label) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  const analysis::Interval interval = estimate.interval.value_or(analysis::Interval{none, none});
  constexpr Marker kMarkers[] = {Marker::kCircle, Marker::kSquare, Marker::kTriangle};
  return {.x = {x},
          .y = {estimate.value},
          .low = {interval.low},
          .high = {interval.high},
          .colour = group_colour(group),
          .marker = kMarkers[group / kSeriesColours % std::size(kMarkers)],
          .label = std::move(label)};
}

/// One point per group; the legend names them, for their names may be long.
Panel overall_panel(const analysis::Comparison& comparison, std::string title,
                    analysis::Estimate analysis::OverallResult::*statistic) {
  Panel panel{.title = std::move(title), .y = {.label = metric_label(comparison)}};
  for (const analysis::OverallResult& result : comparison.overall) {
    const auto x = static_cast<double>(panel.x.categories.size());
    panel.x.categories.emplace_back();
    panel.marks.emplace_back(estimate_point(x, result.*statistic, result.group, comparison.groups[result.group].label));
  }
  return panel;
}

/// A name that fits below a point.
std::string shortened(const std::string& label) {
  constexpr size_t kLongest = 24;
  return label.size() <= kLongest ? label : label.substr(0, kLongest - 3) + "...";
}

std::string interval_words(const analysis::Comparison& comparison) {
  return fmt::format("{:.0f} % stratified bootstrap interval", 100.0 * comparison.level);
}

}  // namespace

Colour group_colour(size_t group) {
  return series_colour(group % kSeriesColours);
}

Dash group_dash(size_t group) {
  constexpr Dash kDashes[] = {Dash::kSolid, Dash::kDashed, Dash::kDotted};
  return kDashes[group / kSeriesColours % std::size(kDashes)];
}

std::optional<Figure> curves_figure(const analysis::Comparison& comparison) {
  if (comparison.tasks.empty()) return std::nullopt;
  Figure figure{.title = "Learning curves",
                .description = fmt::format("{} over {}, one panel per task, one line per group.",
                                           metric_label(comparison), analysis::step_name(comparison.metric))};
  if (comparison.common_tasks.size() > 1) {
    figure.panels.push_back(mean_panel(comparison));
    figure.caption = fmt::format("Mean over tasks: mean and {}. ", interval_words(comparison));
  }
  for (const analysis::TaskComparison& task : comparison.tasks) figure.panels.push_back(task_panel(comparison, task));
  figure.caption += "Tasks: median over runs and the range from 25 to 75 %.";
  const int panels = static_cast<int>(figure.panels.size());
  figure.columns = std::min(panels, kColumns);
  figure.width = panels == 1 ? 560 : panels == 2 ? 780 : 1080;
  figure.height = 70 + kPanelHeight * ((panels + kColumns - 1) / kColumns);
  return figure;
}

std::optional<Figure> overall_figure(const analysis::Comparison& comparison) {
  if (comparison.common_tasks.size() < 2) return std::nullopt;
  return Figure{
      .panels = {overall_panel(comparison, "interquartile mean", &analysis::OverallResult::interquartile_mean),
                 overall_panel(comparison, "mean", &analysis::OverallResult::mean),
                 overall_panel(comparison, "median of tasks", &analysis::OverallResult::median)},
      .columns = 3,
      .width = 1080,
      .height = 320,
      .title = "Scores over all tasks",
      .description = "Three statistics of the final scores with their intervals, one point per group.",
      .caption =
          fmt::format("Over {} tasks, with the {}.", comparison.common_tasks.size(), interval_words(comparison))};
}

std::optional<Figure> improvement_figure(const analysis::Comparison& comparison) {
  if (comparison.pairs.empty() || comparison.pairs.size() > kMostPairs) return std::nullopt;
  Panel panel{.y = {.label = "probability of improvement", .limits = Limits{0.0, 1.0}}};
  panel.marks.emplace_back(ReferenceLine{.value = 0.5});
  for (const analysis::PairComparison& pair : comparison.pairs) {
    const auto x = static_cast<double>(panel.x.categories.size());
    panel.x.categories.push_back(shortened(comparison.groups[pair.first].label) + " over " +
                                 shortened(comparison.groups[pair.second].label));
    panel.marks.emplace_back(estimate_point(x, pair.probability, pair.first, {}));
  }
  const int pairs = static_cast<int>(comparison.pairs.size());
  return Figure{.panels = {std::move(panel)},
                .width = 240 + 120 * pairs,
                .height = 420,
                .title = "Probability of improvement",
                .description = "How likely a run of the first group scores higher than one of the second.",
                .caption = fmt::format("With the {}.", interval_words(comparison))};
}

}  // namespace vrkn::report
