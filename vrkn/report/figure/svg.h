#pragma once

#include <string>

#include "vrkn/report/figure/figure.h"

namespace vrkn::report {

/// A figure as SVG 1.1 with a style sheet: text stays text, a series has its colour from one rule, coordinates have at
/// most two decimals. The same figure gives the same bytes. A panel without data says so. Throws as check_figure does,
/// and ConfigError when the figure is too small for its panels.
std::string to_svg(const Figure& figure);

}  // namespace vrkn::report
