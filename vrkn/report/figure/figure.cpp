#include "vrkn/report/figure/figure.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>

#include <fmt/format.h>

#include "vrkn/core/error.h"
#include "vrkn/report/figure/coordinates.h"

namespace vrkn::report {
namespace {

constexpr double kLargest = 1e100;

void check_size(const std::string& panel, std::string_view what, size_t size, std::string_view other, size_t expected) {
  if (size == expected) return;
  throw ShapeError(fmt::format("{} has {} values for '{}' and {} for '{}', which must be as many", panel, size, what,
                               expected, other));
}

/// Ends of whiskers: none, or one per value.
void check_whiskers(const std::string& panel, const std::vector<double>& low, const std::vector<double>& high,
                    size_t expected) {
  if (low.empty() && high.empty()) return;
  check_size(panel, "low", low.size(), "x", expected);
  check_size(panel, "high", high.size(), "x", expected);
}

void check_width(const std::string& panel, double width, const Axis& x) {
  if (!(width > 0.0 && width <= kLargest)) {
    throw ConfigError(fmt::format("{} has dots of the width {}, which must be above 0", panel, width));
  }
  if (x.scale == Scale::kLog10) {
    throw ConfigError(fmt::format("{} has dots side by side, which a log axis x cannot have", panel));
  }
}

struct CheckSizes {
  const std::string& panel;
  const Axis& x;

  void operator()(const Line& line) const { check_size(panel, "y", line.y.size(), "x", line.x.size()); }
  void operator()(const Band& band) const {
    check_size(panel, "low", band.low.size(), "x", band.x.size());
    check_size(panel, "high", band.high.size(), "x", band.x.size());
  }
  void operator()(const Points& points) const {
    check_size(panel, "y", points.y.size(), "x", points.x.size());
    check_whiskers(panel, points.low, points.high, points.x.size());
  }
  void operator()(const Strip& strip) const { check_width(panel, strip.width, x); }
  void operator()(const ReferenceLine&) const {}
};

void check_value(const std::string& panel, std::string_view name, double value, const Axis& axis) {
  if (std::isnan(value)) return;
  if (!(std::abs(value) <= kLargest)) {
    throw ConfigError(
        fmt::format("{} has the {} {}, but only values from -1e100 to 1e100 can be drawn", panel, name, value));
  }
  if (axis.scale == Scale::kLog10 && value < 1.0 / kLargest) {
    throw ConfigError(
        fmt::format("{} has the {} {} on a log axis, where values must be 1e-100 or more", panel, name, value));
  }
  const double last = static_cast<double>(axis.categories.size()) - 0.5;
  if (!axis.categories.empty() && !(value >= -0.5 && value <= last)) {
    throw ConfigError(fmt::format("{} has the {} {}, but its {} categories reach from -0.5 to {}", panel, name, value,
                                  axis.categories.size(), last));
  }
}

void check_axis(const std::string& panel, std::string_view name, const Axis& axis) {
  if (!axis.categories.empty() && (axis.limits || axis.scale == Scale::kLog10)) {
    throw ConfigError(
        fmt::format("{} has categories on axis {}, which allow neither limits nor a log scale", panel, name));
  }
  const std::string value_name = fmt::format("{} value", name);
  if (axis.limits) {
    check_value(panel, value_name, axis.limits->low, axis);
    check_value(panel, value_name, axis.limits->high, axis);
    // Nearer to each other than this, doubles are too coarse for ticks between them.
    const double least = 1e-9 * std::max({std::abs(axis.limits->low), std::abs(axis.limits->high), 1.0 / kLargest});
    if (!(axis.limits->high - axis.limits->low > least)) {
      throw ConfigError(fmt::format("{} has the limits {} to {} on axis {}, but the second must be clearly larger",
                                    panel, axis.limits->low, axis.limits->high, name));
    }
  }
}

}  // namespace

void check_figure(const Figure& figure) {
  for (const int pixels : {figure.width, figure.height}) {
    if (pixels < 100 || pixels > 10000) {
      throw ConfigError(
          fmt::format("a figure must have 100 to 10000 pixels each way, not {} x {}", figure.width, figure.height));
    }
  }
  if (figure.panels.empty()) throw ConfigError("a figure needs at least one panel");
  if (figure.columns < 0) {
    throw ConfigError(fmt::format("a figure must have at least one column, or 0 for one row, not {}", figure.columns));
  }
  std::map<std::string_view, Colour> colours;
  for (size_t i = 0; i < figure.panels.size(); ++i) {
    const Panel& panel = figure.panels[i];
    const std::string name = panel.title.empty() ? fmt::format("the figure's panel {}", i + 1)
                                                 : fmt::format("the figure's panel '{}'", panel.title);
    check_axis(name, "x", panel.x);
    check_axis(name, "y", panel.y);
    for (const Mark& mark : panel.marks) {
      std::visit(CheckSizes{name, panel.x}, mark);
      for (const Coordinate& place : coordinates(mark)) {
        check_value(name, "x value", place.x, panel.x);
        check_value(name, "y value", place.y, panel.y);
      }
      const std::string_view label = legend_label(mark);
      if (!label.empty() && colours.try_emplace(label, colour_of(mark)).first->second != colour_of(mark)) {
        throw ConfigError(fmt::format("the figure's label '{}' stands for two colours, {} and {}", label,
                                      name_of(colours[label]), name_of(colour_of(mark))));
      }
    }
  }
}

}  // namespace vrkn::report
