#include "vrkn/report/figure/axis.h"

#include <algorithm>
#include <cmath>

#include "vrkn/report/figure/coordinates.h"
#include "vrkn/report/figure/text.h"
#include "vrkn/report/figure/ticks.h"

namespace vrkn::report {
namespace {

/// Free pixels between two tick labels side by side; from one to the next when stacked, and when turned.
constexpr double kLabelGap = 8.0;
constexpr double kStackedPitch = 14.0;
constexpr double kTurnedPitch = 17.0;

/// One of the two axes of a panel: how to reach what belongs to it.
struct Side {
  Axis Panel::*axis;
  double Coordinate::*value;
  double pixels_per_tick;
};

constexpr Side kX = {&Panel::x, &Coordinate::x, 45.0};
constexpr Side kY = {&Panel::y, &Coordinate::y, 32.0};

/// The limits of an axis that names none: its data's.
Limits data_limits(const Panel& panel, const Side& side) {
  const Scale scale = (panel.*side.axis).scale;
  double low = HUGE_VAL, high = -HUGE_VAL;
  for (const Mark& mark : panel.marks) {
    const bool needs_both = !std::holds_alternative<ReferenceLine>(mark);
    for (const Coordinate& place : coordinates(mark)) {
      if (std::isnan(place.*side.value) || (needs_both && std::isnan(place.x + place.y))) continue;
      low = std::min(low, place.*side.value);
      high = std::max(high, place.*side.value);
    }
  }
  if (low > high) return scale == Scale::kLog10 ? Limits{1.0, 10.0} : Limits{0.0, 1.0};
  return nice_limits({low, high}, scale);
}

/// The first and last pixel that a label takes along its axis.
struct Extent {
  double low, high;
};

Extent extent_of(const PlacedAxis& axis, const Tick& tick, const Side& side) {
  const double middle = axis.pixel(tick.value);
  const double pitch = axis.turned                    ? kTurnedPitch
                       : side.value == &Coordinate::y ? kStackedPitch
                                                      : label_width(tick) + kLabelGap;
  return {middle - 0.5 * pitch, middle + 0.5 * pitch};
}

bool touch(const Extent& a, const Extent& b) {
  return a.low < b.high && b.low < a.high;
}

bool labels_touch(const PlacedAxis& axis, const Side& side) {
  for (size_t i = 1; i < axis.ticks.size(); ++i) {
    if (touch(extent_of(axis, axis.ticks[i - 1], side), extent_of(axis, axis.ticks[i], side))) return true;
  }
  return false;
}

/// Takes the labels away that would touch one before them.
void thin_labels(PlacedAxis& axis, const Side& side) {
  const Tick* last = nullptr;
  for (Tick& tick : axis.ticks) {
    if (last && touch(extent_of(axis, *last, side), extent_of(axis, tick, side))) {
      tick.lines.clear();
    } else {
      last = &tick;
    }
  }
}

void set_ticks(PlacedAxis& axis, const std::vector<double>& values) {
  const std::vector<std::string> labels = tick_labels(values, axis.scale);
  axis.ticks.clear();
  for (size_t i = 0; i < values.size(); ++i) axis.ticks.push_back({values[i], {labels[i]}});
}

void place_nice_ticks(PlacedAxis& axis, const Side& side) {
  const double length = std::abs(axis.end - axis.begin);
  int most = std::clamp(static_cast<int>(length / side.pixels_per_tick) + 1, 2, 8);
  do {
    const Ticks ticks = nice_ticks(axis.limits, axis.scale, most);
    axis.minor = ticks.minor;
    set_ticks(axis, ticks.values);
  } while (labels_touch(axis, side) && --most >= 2);
}

void place_categories(PlacedAxis& axis, const std::vector<std::string>& categories, const Side& side) {
  for (size_t i = 0; i < categories.size(); ++i) axis.ticks.push_back({static_cast<double>(i), {categories[i]}});
  if (side.value == &Coordinate::y || !labels_touch(axis, side)) return;
  const double room = (axis.end - axis.begin) / static_cast<double>(categories.size()) - kLabelGap;
  for (Tick& tick : axis.ticks) tick.lines = wrap_text(tick.lines.front(), kTickFont, room);
  axis.turned = labels_touch(axis, side);
  if (!axis.turned) return;
  for (size_t i = 0; i < categories.size(); ++i) axis.ticks[i].lines = {categories[i]};
}

PlacedAxis place(const Panel& panel, const Side& side, double begin, double end) {
  const Axis& wanted = panel.*side.axis;
  PlacedAxis axis;
  axis.scale = wanted.scale;
  axis.begin = begin;
  axis.end = end;
  if (!wanted.categories.empty()) {
    axis.limits = {-0.5, static_cast<double>(wanted.categories.size()) - 0.5};
    place_categories(axis, wanted.categories, side);
  } else {
    axis.limits = wanted.limits ? *wanted.limits : data_limits(panel, side);
    if (wanted.limits || has_data(panel)) place_nice_ticks(axis, side);
  }
  thin_labels(axis, side);
  return axis;
}

}  // namespace

double label_width(const Tick& tick) {
  double widest = 0.0;
  for (const std::string& line : tick.lines) widest = std::max(widest, text_width(line, kTickFont));
  return widest;
}

double PlacedAxis::pixel(double value) const {
  const auto along = [&](double v) { return scale == Scale::kLog10 ? std::log10(v) : v; };
  const double share = (along(value) - along(limits.low)) / (along(limits.high) - along(limits.low));
  return std::clamp((1.0 - share) * begin + share * end, -1e6, 1e6);
}

PlacedAxis place_x(const Panel& panel, double begin, double end) {
  return place(panel, kX, begin, end);
}

PlacedAxis place_y(const Panel& panel, double begin, double end) {
  return place(panel, kY, begin, end);
}

}  // namespace vrkn::report
