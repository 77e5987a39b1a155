#pragma once

#include <string>
#include <vector>

#include "vrkn/report/figure/axis.h"
#include "vrkn/report/figure/figure.h"

namespace vrkn::report {

/// From one line of text to the next, and within a tick label.
constexpr double kLineHeight = 15.0;
constexpr double kTickLineHeight = 13.0;
/// From the plot to its tick labels.
constexpr double kTickGap = 5.0;
/// How turned tick labels rise, in degrees.
constexpr double kTurn = 40.0;
/// The width of a legend entry's sample, and from there to its label.
constexpr double kSampleWidth = 20.0;
constexpr double kSampleGap = 6.0;
/// Free space around the figure.
constexpr double kPadding = 6.0;

/// Pixels from the figure's top left corner.
struct Rectangle {
  double left = 0.0;
  double top = 0.0;
  double width = 0.0;
  double height = 0.0;

  double right() const { return left + width; }
  double bottom() const { return top + height; }
};

/// A panel whose place is decided. `plot` lies on whole pixels and holds what is drawn; titles and labels stand around.
struct PlacedPanel {
  Rectangle plot = {};
  PlacedAxis x = {};
  PlacedAxis y = {};
  std::vector<std::string> title_lines = {};
  std::vector<std::string> x_label_lines = {};  ///< none when a neighbour shows them
  std::vector<std::string> y_label_lines = {};
};

/// What one label of the legend stands for.
struct LegendEntry {
  std::string label = {};
  std::vector<const Mark*> marks = {};  ///< one of each kind, within the figure
  double left = 0.0;                    ///< of its sample
  double middle = 0.0;                  ///< of its height
};

struct CaptionLine {
  std::string text = {};
  double baseline = 0.0;
};

/// Where everything stands.
struct Layout {
  std::vector<PlacedPanel> panels = {};
  std::vector<LegendEntry> legend = {};
  std::vector<CaptionLine> caption = {};
};

/// Decides where everything stands, so that the plots of a row or column line up and no tick labels touch. `figure`
/// must be sound (check_figure) and outlive the layout. Throws ConfigError when it is too small for its panels.
Layout lay_out(const Figure& figure);

/// The widest tick label of an axis.
double label_width(const PlacedAxis& axis);

/// How far the tick labels of an axis x reach down from the plot.
double label_depth(const PlacedAxis& axis);

}  // namespace vrkn::report
