#include "vrkn/report/figure/coordinates.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>
#include <utility>

namespace vrkn::report {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

void append(std::vector<Coordinate>& all, const std::vector<double>& x, const std::vector<double>& y) {
  for (size_t i = 0; i < std::min(x.size(), y.size()); ++i) all.push_back({x[i], y[i]});
}

struct Collect {
  std::vector<Coordinate> all = {};

  void operator()(const Line& line) { append(all, line.x, line.y); }
  void operator()(const Band& band) {
    append(all, band.x, band.low);
    append(all, band.x, band.high);
  }
  void operator()(const Points& points) {
    append(all, points.x, points.y);
    append(all, points.x, points.low);
    append(all, points.x, points.high);
  }
  void operator()(const Strip& strip) {
    for (const double side : {-0.5, 0.5}) {
      for (const double value : strip.values) all.push_back({strip.x + side * strip.width, value});
    }
  }
  void operator()(const ReferenceLine& line) {
    const bool horizontal = line.direction == ReferenceLine::Direction::kHorizontal;
    all.push_back({horizontal ? kMissing : line.value, horizontal ? line.value : kMissing});
  }
};

}  // namespace

std::vector<Coordinate> coordinates(const Mark& mark) {
  Collect collect;
  std::visit(collect, mark);
  return std::move(collect.all);
}

bool has_data(const Panel& panel) {
  for (const Mark& mark : panel.marks) {
    for (const Coordinate& place : coordinates(mark)) {
      if (!std::isnan(place.x) && !std::isnan(place.y)) return true;
    }
  }
  return false;
}

std::string_view legend_label(const Mark& mark) {
  return std::visit(
      [](const auto& kind) -> std::string_view {
        if constexpr (std::is_same_v<std::decay_t<decltype(kind)>, ReferenceLine>) return {};
        return kind.label;
      },
      mark);
}

Colour colour_of(const Mark& mark) {
  return std::visit([](const auto& kind) { return kind.colour; }, mark);
}

}  // namespace vrkn::report
