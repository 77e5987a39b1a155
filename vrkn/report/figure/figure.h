#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "vrkn/report/figure/colour.h"

/// A figure as values: what is to be seen, not how. `to_svg` (svg.h) draws it.
///
/// All texts are UTF-8; Greek letters and subscripts are plain characters (σ², z₁). In all coordinates NaN stands for a
/// missing value, which is not drawn.
namespace vrkn::report {

/// The smallest and largest value that an axis shows, low < high.
struct Limits {
  double low = 0.0;
  double high = 1.0;
};

enum class Scale { kLinear, kLog10 };

/// One side of a panel.
struct Axis {
  std::string label = {};
  /// Without: those of the data, extended to round numbers. What lies outside is not drawn.
  std::optional<Limits> limits = {};
  Scale scale = Scale::kLinear;
  /// Not empty: entry i stands at i, and the axis reaches half a place beyond both ends. Allows neither limits nor a
  /// log scale.
  std::vector<std::string> categories = {};
};

enum class Dash { kSolid, kDashed, kDotted };
enum class Marker { kCircle, kSquare, kTriangle, kDiamond };

/// A line through points; a missing value breaks it.
struct Line {
  std::vector<double> x = {};
  std::vector<double> y = {};
  Colour colour = Colour::kBlue;
  Dash dash = Dash::kSolid;
  std::string label = {};  ///< in the legend; empty: not there
};

/// The area between two lines, such as the quartiles over seeds; a missing value breaks it.
struct Band {
  std::vector<double> x = {};
  std::vector<double> low = {};
  std::vector<double> high = {};
  Colour colour = Colour::kBlue;
  std::string label = {};
};

/// Markers, with a whisker from low to high where these are given (both or neither).
struct Points {
  std::vector<double> x = {};
  std::vector<double> y = {};
  std::vector<double> low = {};
  std::vector<double> high = {};
  Colour colour = Colour::kBlue;
  Marker marker = Marker::kCircle;
  std::string label = {};
};

/// Every value as a dot, as near to x as the other dots leave room, and a short line at the median: all seeds of one
/// method.
struct Strip {
  double x = 0.0;
  std::vector<double> values = {};
  double width = 0.6;  ///< room for the dots, in units of x
  Colour colour = Colour::kBlue;
  std::string label = {};
};

/// A line across the panel, with its label beside it.
struct ReferenceLine {
  enum class Direction { kHorizontal, kVertical };
  Direction direction = Direction::kHorizontal;
  double value = 0.0;  ///< of y when horizontal, of x when vertical
  std::string label = {};
  Dash dash = Dash::kDashed;
  Colour colour = Colour::kGrey;
};

using Mark = std::variant<Line, Band, Points, Strip, ReferenceLine>;

/// One plot. Marks are drawn in their order, those made of markers above those made of lines and areas.
struct Panel {
  std::string title = {};
  Axis x = {};
  Axis y = {};
  std::vector<Mark> marks = {};
};

/// Panels in a grid, filled row by row, over one legend that names each label once. A label that a panel shares with
/// its neighbour below (axis x) or to the left (axis y) is drawn only there.
struct Figure {
  std::vector<Panel> panels = {};
  int columns = 0;  ///< 0: all panels in one row
  int width = 900;  ///< pixels, 100 to 10000
  int height = 300;
  std::string title = {};        ///< what a screen reader calls it; not drawn
  std::string description = {};  ///< for who cannot see it; not drawn
  std::string caption = {};      ///< drawn below; empty: none
};

/// Throws ShapeError when coordinates that belong together differ in number, and ConfigError when a value is infinite
/// or beyond 1e100, below 1e-100 on a log axis or outside the categories, when limits, widths or the figure's
/// size make no sense, and when one label has two colours.
void check_figure(const Figure& figure);

}  // namespace vrkn::report
