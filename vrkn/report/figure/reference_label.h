#pragma once

#include <string>
#include <vector>

#include "vrkn/report/figure/figure.h"
#include "vrkn/report/figure/layout.h"

namespace vrkn::report {

/// The label of a reference line and where it stands; `anchor` as in SVG.
struct PlacedLabel {
  std::string text = {};
  Colour colour = Colour::kGrey;
  std::string anchor = {};
  double x = 0.0;
  double baseline = 0.0;
};

/// Places the labels of the panel's reference lines beside their lines, inside the plot: of the places at both sides
/// and both ends, the one that covers least of the data, of other lines and of the labels before it.
std::vector<PlacedLabel> place_reference_labels(const Panel& panel, const PlacedPanel& placed);

}  // namespace vrkn::report
