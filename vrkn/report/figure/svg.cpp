#include "vrkn/report/figure/svg.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "vrkn/report/figure/coordinates.h"
#include "vrkn/report/figure/draw_marks.h"
#include "vrkn/report/figure/layout.h"
#include "vrkn/report/figure/svg_writer.h"
#include "vrkn/report/figure/text.h"

namespace vrkn::report {
namespace {

/// From the middle of a line of tick labels to its baseline.
constexpr double kHalfDigit = 0.36 * kTickFont;
constexpr double kTickLength = 3.5;

/// All rules begin with the figure's class, so that in a page they leave the rest alone.
void write_style(SvgWriter& svg, const Figure& figure) {
  svg.open("style");
  for (const std::string& rule : {
           std::string(R"(text { font-family: "DejaVu Sans", Verdana, sans-serif; fill: #333 })"),
           fmt::format("text {{ font-size: {}px }}", px(kTickFont)),
           fmt::format(".title {{ font-size: {}px; font-weight: bold; fill: #111 }}", px(kLabelFont)),
           fmt::format(".label {{ font-size: {}px; fill: #111 }}", px(kLabelFont)),
           std::string(".nothing { fill: #767676 }"),
           std::string(".page { fill: #fff }"),
           std::string(".grid { fill: none; stroke: #e4e4e4 }"),
           std::string(".minor { fill: none; stroke: #f3f3f3 }"),
           std::string(".axis { fill: none; stroke: #8c8c8c }"),
           std::string(".line { fill: none; stroke: currentColor; stroke-width: 1.7 }"),
           std::string(".line { stroke-linejoin: round; stroke-linecap: round }"),
           std::string(".area { fill: currentColor; fill-opacity: 0.18 }"),
           std::string(".marker { fill: currentColor; stroke: #fff; stroke-width: 0.6 }"),
           std::string(".whisker { fill: none; stroke: currentColor; stroke-width: 1.2 }"),
           std::string(".median { fill: none; stroke: #111; stroke-width: 1.4 }"),
           std::string(".reference { fill: none; stroke: currentColor; stroke-width: 1.2 }"),
           std::string(".reference-label { fill: currentColor; paint-order: stroke; stroke: #fff; stroke-width: 3 }"),
           std::string(".dashed { stroke-dasharray: 5 3.5; stroke-linecap: butt }"),
           std::string(".dotted { stroke-dasharray: 0.1 3.6; stroke-linecap: round }"),
       }) {
    svg.line(".vrkn-figure " + rule);
  }
  std::set<Colour> colours;
  for (const Panel& panel : figure.panels) {
    for (const Mark& mark : panel.marks) colours.insert(colour_of(mark));
  }
  for (const Colour colour : colours) {
    svg.line(fmt::format(".vrkn-figure .{} {{ color: {} }}", name_of(colour), css_of(colour)));
  }
  svg.close();
}

/// A line one pixel wide is sharp when it runs along the middle of pixels.
std::string sharp(double pixel) {
  return px(std::floor(pixel) + 0.5);
}

/// Grid lines of the values that the axis shows: across the plot, from axis x upwards or from axis y to the right.
std::string grid_lines(const std::vector<double>& values, const PlacedAxis& axis, const Rectangle& plot, bool upwards) {
  std::string d;
  for (const double value : values) {
    const std::string position = sharp(axis.pixel(value));
    d += upwards ? fmt::format("M{},{}V{}", position, px(plot.bottom()), px(plot.top))
                 : fmt::format("M{},{}H{}", px(plot.left), position, px(plot.right()));
  }
  return d;
}

std::vector<double> values_of(const std::vector<Tick>& ticks) {
  std::vector<double> values;
  for (const Tick& tick : ticks) values.push_back(tick.value);
  return values;
}

/// The minor ticks that are no ticks as well.
std::vector<double> only_minor(const PlacedAxis& axis) {
  std::vector<double> minor = axis.minor;
  std::erase_if(minor, [&](double value) {
    return std::any_of(axis.ticks.begin(), axis.ticks.end(), [&](const Tick& tick) { return tick.value == value; });
  });
  return minor;
}

void draw_grid(SvgWriter& svg, const Panel& panel, const PlacedPanel& placed) {
  const Rectangle& plot = placed.plot;
  // Categories are apart as they are.
  const bool x_grid = panel.x.categories.empty();
  std::string minor = grid_lines(only_minor(placed.y), placed.y, plot, false);
  std::string grid = grid_lines(values_of(placed.y.ticks), placed.y, plot, false);
  if (x_grid) {
    minor = grid_lines(only_minor(placed.x), placed.x, plot, true) + minor;
    grid = grid_lines(values_of(placed.x.ticks), placed.x, plot, true) + grid;
  }
  svg.path("minor", minor);
  svg.path("grid", grid);
}

void draw_axes(SvgWriter& svg, const PlacedPanel& placed) {
  const Rectangle& plot = placed.plot;
  const std::string left = sharp(plot.left), bottom = sharp(plot.bottom());
  std::string d = fmt::format("M{},{}V{}H{}", left, px(plot.top), bottom, px(plot.right()));
  for (const Tick& tick : placed.x.ticks) {
    d += fmt::format("M{},{}v{}", sharp(placed.x.pixel(tick.value)), bottom, px(kTickLength));
  }
  for (const Tick& tick : placed.y.ticks) {
    d += fmt::format("M{},{}h{}", left, sharp(placed.y.pixel(tick.value)), px(-kTickLength));
  }
  svg.path("axis", d);
}

void draw_tick_labels(SvgWriter& svg, const PlacedPanel& placed) {
  const Rectangle& plot = placed.plot;
  for (const Tick& tick : placed.x.ticks) {
    const double x = placed.x.pixel(tick.value);
    double baseline = plot.bottom() + kTickGap + kTickFont;
    for (const std::string& line : tick.lines) {
      if (placed.x.turned) {
        svg.text("tick", "end", x + 0.5 * kTickFont, baseline, line, -kTurn);
      } else {
        svg.text("tick", "middle", x, baseline, line);
      }
      baseline += kTickLineHeight;
    }
  }
  for (const Tick& tick : placed.y.ticks) {
    for (const std::string& line : tick.lines) {
      svg.text("tick", "end", plot.left - kTickGap - 1.0, placed.y.pixel(tick.value) + kHalfDigit, line);
    }
  }
}

void draw_labels(SvgWriter& svg, const PlacedPanel& placed) {
  const Rectangle& plot = placed.plot;
  double baseline = plot.top - 8.0 - kLineHeight * static_cast<double>(placed.title_lines.size() - 1);
  for (const std::string& line : placed.title_lines) {
    // A word wider than the plot rather reaches into the space of axis y, on its left.
    const bool fits = text_width(line, kBold * kLabelFont) <= plot.width;
    svg.text("title", fits ? "start" : "end", fits ? plot.left : plot.right(), baseline, line);
    baseline += kLineHeight;
  }
  baseline = plot.bottom() + label_depth(placed.x) + 4.0 + kLabelFont;
  for (const std::string& line : placed.x_label_lines) {
    svg.text("label", "middle", plot.left + 0.5 * plot.width, baseline, line);
    baseline += kLineHeight;
  }
  double x = plot.left - kTickGap - label_width(placed.y) - 8.0 -
             kLineHeight * static_cast<double>(placed.y_label_lines.size() - 1);
  for (const std::string& line : placed.y_label_lines) {
    svg.text("label", "middle", x, plot.top + 0.5 * plot.height, line, -90.0);
    x += kLineHeight;
  }
}

void draw_panel(SvgWriter& svg, const Panel& panel, const PlacedPanel& placed) {
  svg.open("g");
  draw_grid(svg, panel, placed);
  if (has_data(panel)) {
    draw_marks(svg, panel, placed);
  } else {
    svg.text("nothing", "middle", placed.plot.left + 0.5 * placed.plot.width,
             placed.plot.top + 0.5 * placed.plot.height, "no data");
  }
  draw_axes(svg, placed);
  draw_tick_labels(svg, placed);
  draw_labels(svg, placed);
  svg.close();
}

}  // namespace

std::string to_svg(const Figure& figure) {
  check_figure(figure);
  const Layout layout = lay_out(figure);
  SvgWriter svg;
  svg.open("svg", fmt::format(R"(xmlns="http://www.w3.org/2000/svg" class="vrkn-figure" role="img" width="{0}" )"
                              R"(height="{1}" viewBox="0 0 {0} {1}")",
                              figure.width, figure.height));
  if (!figure.title.empty()) svg.line("<title>" + escape_xml(figure.title) + "</title>");
  if (!figure.description.empty()) svg.line("<desc>" + escape_xml(figure.description) + "</desc>");
  write_style(svg, figure);
  svg.line(fmt::format(R"(<rect class="page" width="{}" height="{}"/>)", figure.width, figure.height));
  for (size_t i = 0; i < figure.panels.size(); ++i) draw_panel(svg, figure.panels[i], layout.panels[i]);
  if (!layout.legend.empty()) {
    svg.open("g");
    for (const LegendEntry& entry : layout.legend) {
      draw_sample(svg, entry);
      svg.text("legend", "start", entry.left + kSampleWidth + kSampleGap, entry.middle + kHalfDigit, entry.label);
    }
    svg.close();
  }
  for (const CaptionLine& line : layout.caption) svg.text("caption", "start", kPadding, line.baseline, line.text);
  svg.close();
  return svg.svg();
}

}  // namespace vrkn::report
