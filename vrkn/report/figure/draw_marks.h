#pragma once

#include "vrkn/report/figure/figure.h"
#include "vrkn/report/figure/layout.h"
#include "vrkn/report/figure/svg_writer.h"

namespace vrkn::report {

/// Draws the marks of a panel at the place decided for it: what is made of lines and areas, cut at the plot's edge;
/// above it what is made of markers, each whole or, when it lies outside, not at all; on top the labels of reference
/// lines.
void draw_marks(SvgWriter& svg, const Panel& panel, const PlacedPanel& placed);

/// Draws the sample of a legend entry.
void draw_sample(SvgWriter& svg, const LegendEntry& entry);

}  // namespace vrkn::report
