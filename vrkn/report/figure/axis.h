#pragma once

#include <string>
#include <vector>

#include "vrkn/report/figure/figure.h"

namespace vrkn::report {

struct Tick {
  double value = 0.0;
  std::vector<std::string> lines = {};  ///< its label; empty where it would touch another
};

/// How wide the label of a tick is.
double label_width(const Tick& tick);

/// An axis whose place in the figure is decided.
struct PlacedAxis {
  Limits limits = {};
  Scale scale = Scale::kLinear;
  double begin = 0.0;  ///< pixel of limits.low
  double end = 0.0;    ///< pixel of limits.high
  std::vector<Tick> ticks = {};
  std::vector<double> minor = {};  ///< ticks without labels
  bool turned = false;             ///< tick labels rise at an angle

  /// The pixel of a value: linear in it or in its logarithm, exact at both ends, NaN for NaN. Far outside it stops at a
  /// million pixels.
  double pixel(double value) const;
  /// Whether a value lies within the limits.
  bool shows(double value) const { return value >= limits.low && value <= limits.high; }
};

/// Places the panel's axis x from pixel `begin` to `end`, begin < end: its limits, and as many ticks as have room for
/// their labels. Names of categories that stand too close are broken at spaces or, when that does not do, turned.
PlacedAxis place_x(const Panel& panel, double begin, double end);

/// The same for axis y, whose `begin` is its lower end: begin > end.
PlacedAxis place_y(const Panel& panel, double begin, double end);

}  // namespace vrkn::report
