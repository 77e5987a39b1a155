#include "vrkn/report/figure/reference_label.h"

#include <algorithm>
#include <cmath>

#include "vrkn/report/figure/coordinates.h"
#include "vrkn/report/figure/text.h"

namespace vrkn::report {
namespace {

/// Between a line and its label, and between the label and the plot's edge.
constexpr double kGap = 5.0;
/// How high the letters of a label are.
constexpr double kHeight = 0.8 * kTickFont;

struct Spot {
  double x, y;
};

bool covers(const Rectangle& box, const Spot& spot) {
  const double margin = 3.0;
  return spot.x > box.left - margin && spot.x < box.right() + margin && spot.y > box.top - margin &&
         spot.y < box.bottom() + margin;
}

bool overlap(const Rectangle& a, const Rectangle& b) {
  return a.left < b.right() && b.left < a.right() && a.top < b.bottom() && b.top < a.bottom();
}

/// Places along the straight way between two, a few pixels apart.
void append_way(std::vector<Spot>& spots, const Spot& from, const Spot& to, const Rectangle& plot) {
  if (std::isnan(from.x + from.y + to.x + to.y)) return;
  const double length = std::min(std::hypot(to.x - from.x, to.y - from.y), 4.0 * (plot.width + plot.height));
  const int count = static_cast<int>(length / 4.0) + 1;
  for (int i = 0; i <= count; ++i) {
    const double share = static_cast<double>(i) / count;
    spots.push_back({from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)});
  }
}

/// What a label should not cover: dots, lines and edges of bands.
std::vector<Spot> taken(const Panel& panel, const PlacedPanel& placed) {
  std::vector<Spot> spots;
  const auto spot = [&](double x, double y) { return Spot{placed.x.pixel(x), placed.y.pixel(y)}; };
  const auto append_line = [&](const std::vector<double>& x, const std::vector<double>& y) {
    for (size_t i = 1; i < x.size(); ++i) append_way(spots, spot(x[i - 1], y[i - 1]), spot(x[i], y[i]), placed.plot);
  };
  for (const Mark& mark : panel.marks) {
    if (const Line* line = std::get_if<Line>(&mark)) {
      append_line(line->x, line->y);
    } else if (const Band* band = std::get_if<Band>(&mark)) {
      append_line(band->x, band->low);
      append_line(band->x, band->high);
    } else if (const Strip* strip = std::get_if<Strip>(&mark)) {
      for (const double value : strip->values) spots.push_back(spot(strip->x, value));
    } else if (std::holds_alternative<Points>(mark)) {
      for (const Coordinate& place : coordinates(mark)) spots.push_back(spot(place.x, place.y));
    }
  }
  return spots;
}

struct Candidate {
  std::string anchor = {};
  Rectangle box = {};
};

/// The places for a label, best first when all are free.
std::vector<Candidate> candidates(const ReferenceLine& line, const PlacedPanel& placed) {
  const Rectangle& plot = placed.plot;
  const double width = text_width(line.label, kTickFont);
  std::vector<Candidate> all;
  if (line.direction == ReferenceLine::Direction::kHorizontal) {
    const double y = placed.y.pixel(line.value);
    for (const double top : {y - kGap - kHeight, y + kGap}) {
      all.push_back({"end", {plot.right() - kGap - width, top, width, kHeight}});
      all.push_back({"start", {plot.left + kGap, top, width, kHeight}});
      all.push_back({"middle", {plot.left + 0.5 * (plot.width - width), top, width, kHeight}});
    }
  } else {
    const double x = placed.x.pixel(line.value);
    for (const double top : {plot.top + kGap, plot.bottom() - kGap - kHeight}) {
      all.push_back({"start", {x + kGap, top, width, kHeight}});
      all.push_back({"end", {x - kGap - width, top, width, kHeight}});
    }
  }
  return all;
}

double anchor_x(const Candidate& place) {
  if (place.anchor == "start") return place.box.left;
  return place.anchor == "end" ? place.box.right() : place.box.left + 0.5 * place.box.width;
}

/// What reference lines cover, as boxes without height or width.
std::vector<Rectangle> line_boxes(const Panel& panel, const PlacedPanel& placed) {
  std::vector<Rectangle> boxes;
  for (const Mark& mark : panel.marks) {
    const ReferenceLine* line = std::get_if<ReferenceLine>(&mark);
    if (!line || std::isnan(line->value)) continue;
    const bool horizontal = line->direction == ReferenceLine::Direction::kHorizontal;
    boxes.push_back(horizontal ? Rectangle{placed.plot.left, placed.y.pixel(line->value), placed.plot.width, 0.0}
                               : Rectangle{placed.x.pixel(line->value), placed.plot.top, 0.0, placed.plot.height});
  }
  return boxes;
}

}  // namespace

std::vector<PlacedLabel> place_reference_labels(const Panel& panel, const PlacedPanel& placed) {
  const std::vector<Spot> spots = taken(panel, placed);
  std::vector<Rectangle> boxes = line_boxes(panel, placed);
  const auto cost = [&](const Rectangle& box) {
    const bool outside = box.left < placed.plot.left || box.right() > placed.plot.right() ||
                         box.top < placed.plot.top || box.bottom() > placed.plot.bottom();
    const auto covered = std::count_if(spots.begin(), spots.end(), [&](const Spot& spot) { return covers(box, spot); });
    const auto crossed = std::count_if(boxes.begin(), boxes.end(), [&](const Rectangle& b) { return overlap(box, b); });
    return (outside ? 1000.0 : 0.0) + 20.0 * static_cast<double>(crossed) + static_cast<double>(covered);
  };

  std::vector<PlacedLabel> labels;
  for (const Mark& mark : panel.marks) {
    const ReferenceLine* line = std::get_if<ReferenceLine>(&mark);
    if (!line || line->label.empty() || std::isnan(line->value)) continue;
    const bool horizontal = line->direction == ReferenceLine::Direction::kHorizontal;
    if (!(horizontal ? placed.y : placed.x).shows(line->value)) continue;
    const std::vector<Candidate> places = candidates(*line, placed);
    const Candidate& best =
        *std::min_element(places.begin(), places.end(),
                          [&](const Candidate& a, const Candidate& b) { return cost(a.box) < cost(b.box); });
    boxes.push_back(best.box);
    labels.push_back({line->label, line->colour, best.anchor, anchor_x(best), best.box.bottom()});
  }
  return labels;
}

}  // namespace vrkn::report
