#pragma once

#include <string_view>
#include <vector>

#include "vrkn/report/figure/figure.h"

namespace vrkn::report {

/// A place in the units of the axes; NaN where there is none.
struct Coordinate {
  double x;
  double y;
};

/// All places that a mark reaches, missing ones included: vertices, both edges of bands, ends of whiskers. A
/// reference line has one, with NaN for the other axis.
std::vector<Coordinate> coordinates(const Mark& mark);

/// Whether a panel has a place to draw that is no reference line's.
bool has_data(const Panel& panel);

/// What a mark is called in the legend; reference lines, which carry their labels, are not.
std::string_view legend_label(const Mark& mark);

Colour colour_of(const Mark& mark);

}  // namespace vrkn::report
