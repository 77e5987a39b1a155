#include "vrkn/report/figure/draw_marks.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "vrkn/report/figure/reference_label.h"
#include "vrkn/report/figure/swarm.h"

namespace vrkn::report {
namespace {

constexpr double kMarkerRadius = 3.0;
constexpr double kDotRadius = 2.4;
/// Half the width of the cross strokes at the ends of a whisker.
constexpr double kCapRadius = 2.5;

std::string at(double x, double y) {
  return fmt::format("{},{}", px(x), px(y));
}

/// "line blue dashed"
std::string classes(std::string_view kind, Colour colour, Dash dash = Dash::kSolid) {
  static constexpr std::string_view kDashes[] = {"", " dashed", " dotted"};
  return fmt::format("{} {}{}", kind, name_of(colour), kDashes[static_cast<size_t>(dash)]);
}

/// A polyline that a missing value breaks; a point between two breaks is a dot.
std::string line_path(const std::vector<double>& x, const std::vector<double>& y, const PlacedPanel& placed) {
  std::string d;
  size_t run = 0;  // points since the last break
  for (size_t i = 0; i <= x.size(); ++i) {
    if (i == x.size() || std::isnan(x[i]) || std::isnan(y[i])) {
      if (run == 1) d += "h0";
      run = 0;
      continue;
    }
    d += run == 0 ? "M" : run == 1 ? "L" : " ";
    d += at(placed.x.pixel(x[i]), placed.y.pixel(y[i]));
    ++run;
  }
  return d;
}

/// Closed areas between two lines, one for each stretch without missing values.
std::string band_path(const Band& band, const PlacedPanel& placed) {
  std::string d, back;
  for (size_t i = 0; i <= band.x.size(); ++i) {
    if (i == band.x.size() || std::isnan(band.x[i] + band.low[i] + band.high[i])) {
      if (!back.empty()) d += back + "z";
      back.clear();
      continue;
    }
    const double x = placed.x.pixel(band.x[i]);
    d += back.empty() ? "M" : " ";
    d += at(x, placed.y.pixel(band.high[i]));
    back = fmt::format(" {}{}", at(x, placed.y.pixel(band.low[i])), back);
  }
  return d;
}

/// A whisker at pixel x.
std::string whisker(double x, double low, double high, const PlacedAxis& y) {
  if (std::isnan(low) || std::isnan(high)) return {};
  const std::string cap = fmt::format("h{}", px(2.0 * kCapRadius));
  const std::string bottom = px(y.pixel(low)), top = px(y.pixel(high)), left = px(x - kCapRadius);
  return fmt::format("M{0},{1}{2}M{0},{3}{2}M{4},{1}V{3}", left, bottom, cap, top, px(x));
}

std::string marker(Marker shape, double x, double y, double radius) {
  const double r = radius;
  switch (shape) {
    case Marker::kSquare:
      return fmt::format(R"(<rect x="{}" y="{}" width="{}" height="{}"/>)", px(x - 0.9 * r), px(y - 0.9 * r),
                         px(1.8 * r), px(1.8 * r));
    case Marker::kTriangle:
      return fmt::format(R"(<path d="M{}L{} {}z"/>)", at(x, y - 1.2 * r), at(x + 1.1 * r, y + 0.8 * r),
                         at(x - 1.1 * r, y + 0.8 * r));
    case Marker::kDiamond:
      return fmt::format(R"(<path d="M{}L{} {} {}z"/>)", at(x, y - 1.3 * r), at(x + 1.3 * r, y), at(x, y + 1.3 * r),
                         at(x - 1.3 * r, y));
    case Marker::kCircle:
      break;
  }
  return fmt::format(R"(<circle cx="{}" cy="{}" r="{}"/>)", px(x), px(y), px(r));
}

/// The median of the values that are not missing; NaN when there are none.
double median(std::vector<double> values) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  if (values.empty()) return NAN;
  std::sort(values.begin(), values.end());
  const size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : 0.5 * (values[half - 1] + values[half]);
}

/// What is made of lines and areas.
struct DrawAreas {
  SvgWriter& svg;
  const PlacedPanel& placed;

  void operator()(const Line& line) const {
    svg.path(classes("line", line.colour, line.dash), line_path(line.x, line.y, placed));
  }
  void operator()(const Band& band) const { svg.path(classes("area", band.colour), band_path(band, placed)); }
  void operator()(const ReferenceLine& line) const {
    const Rectangle& plot = placed.plot;
    const bool horizontal = line.direction == ReferenceLine::Direction::kHorizontal;
    if (std::isnan(line.value)) return;
    svg.path(classes("reference", line.colour, line.dash),
             horizontal ? fmt::format("M{}H{}", at(plot.left, placed.y.pixel(line.value)), px(plot.right()))
                        : fmt::format("M{}V{}", at(placed.x.pixel(line.value), plot.top), px(plot.bottom())));
  }
  void operator()(const Points& points) const {
    std::string whiskers;
    for (size_t i = 0; i < points.low.size(); ++i) {
      if (!std::isnan(points.x[i])) {
        whiskers += whisker(placed.x.pixel(points.x[i]), points.low[i], points.high[i], placed.y);
      }
    }
    svg.path(classes("whisker", points.colour), whiskers);
  }
  void operator()(const Strip&) const {}
};

/// What is made of markers.
struct DrawMarkers {
  SvgWriter& svg;
  const PlacedPanel& placed;

  void operator()(const Points& points) const {
    svg.open("g", fmt::format(R"(class="{}")", classes("marker", points.colour)));
    for (size_t i = 0; i < points.x.size(); ++i) {
      if (!placed.x.shows(points.x[i]) || !placed.y.shows(points.y[i])) continue;
      svg.line(marker(points.marker, placed.x.pixel(points.x[i]), placed.y.pixel(points.y[i]), kMarkerRadius));
    }
    svg.close();
  }
  void operator()(const Strip& strip) const {
    if (!placed.x.shows(strip.x)) return;
    std::vector<double> heights;
    for (const double value : strip.values) {
      if (placed.y.shows(value)) heights.push_back(placed.y.pixel(value));
    }
    const double x = placed.x.pixel(strip.x);
    const double half_width = 0.5 * std::abs(placed.x.pixel(strip.x + strip.width) - x);
    const std::vector<double> aside = swarm(heights, 2.0 * kDotRadius, half_width - kDotRadius);
    svg.open("g", fmt::format(R"(class="{}")", classes("marker", strip.colour)));
    for (size_t i = 0; i < heights.size(); ++i) {
      svg.line(marker(Marker::kCircle, x + aside[i], heights[i], kDotRadius));
    }
    svg.close();
    const double middle = median(strip.values);
    if (placed.y.shows(middle)) {
      svg.path("median", fmt::format("M{}H{}", at(x - half_width, placed.y.pixel(middle)), px(x + half_width)));
    }
  }
  void operator()(const auto&) const {}
};

}  // namespace

void draw_marks(SvgWriter& svg, const Panel& panel, const PlacedPanel& placed) {
  const Rectangle& plot = placed.plot;
  // An svg within the svg cuts off what lies outside. One pixel more, for lines along the edge.
  const std::string box =
      fmt::format("{} {} {} {}", px(plot.left - 1.0), px(plot.top - 1.0), px(plot.width + 2.0), px(plot.height + 2.0));
  svg.open("svg", fmt::format(R"(x="{}" y="{}" width="{}" height="{}" viewBox="{}")", px(plot.left - 1.0),
                              px(plot.top - 1.0), px(plot.width + 2.0), px(plot.height + 2.0), box));
  for (const Mark& mark : panel.marks) std::visit(DrawAreas{svg, placed}, mark);
  svg.close();
  for (const Mark& mark : panel.marks) std::visit(DrawMarkers{svg, placed}, mark);
  for (const PlacedLabel& label : place_reference_labels(panel, placed)) {
    svg.text(classes("reference-label", label.colour), label.anchor, label.x, label.baseline, label.text);
  }
}

void draw_sample(SvgWriter& svg, const LegendEntry& entry) {
  const double left = entry.left, middle = entry.middle, right = left + kSampleWidth;
  const double centre = 0.5 * (left + right);
  const std::string area =
      fmt::format("M{},{}H{}V{}H{}z", px(left), px(middle - 5.0), px(right), px(middle + 5.0), px(left));
  struct Sample {
    SvgWriter& svg;
    std::string area, stroke;
    double centre, middle;

    void operator()(const Band& band) const { svg.path(classes("area", band.colour), area); }
    void operator()(const Line& line) const { svg.path(classes("line", line.colour, line.dash), stroke); }
    void operator()(const Points& points) const { dot(points.colour, points.marker, kMarkerRadius); }
    void operator()(const Strip& strip) const { dot(strip.colour, Marker::kCircle, kDotRadius); }
    void operator()(const ReferenceLine&) const {}
    void dot(Colour colour, Marker shape, double radius) const {
      svg.open("g", fmt::format(R"(class="{}")", classes("marker", colour)));
      svg.line(marker(shape, centre, middle, radius));
      svg.close();
    }
  };
  const Sample sample = {svg, area, fmt::format("M{}H{}", at(left, middle), px(right)), centre, middle};
  // Areas below, lines above them, markers on top, whatever the order in the figure.
  const auto rank = [](const Mark* mark) {
    return std::holds_alternative<Band>(*mark) ? 0 : std::holds_alternative<Line>(*mark) ? 1 : 2;
  };
  std::vector<const Mark*> marks = entry.marks;
  std::stable_sort(marks.begin(), marks.end(), [&](const Mark* a, const Mark* b) { return rank(a) < rank(b); });
  for (const Mark* mark : marks) std::visit(sample, *mark);
}

}  // namespace vrkn::report
