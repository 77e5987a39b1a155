#include "vrkn/report/figure/layout.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "vrkn/core/error.h"
#include "vrkn/report/figure/coordinates.h"
#include "vrkn/report/figure/text.h"

namespace vrkn::report {
namespace {

/// Between the entries of a legend.
constexpr double kEntryGap = 18.0;
/// A plot with less than this each way shows nothing.
constexpr double kSmallestPlot = 24.0;

constexpr double kTurnRadians = kTurn * std::numbers::pi / 180.0;

/// Free space around the plot of a panel, for its texts.
struct Margins {
  double left = 0.0, right = 0.0, top = 0.0, bottom = 0.0;
};

/// How far the tick labels of axis x reach beyond the plot to its left and right.
std::pair<double, double> overhang(const PlacedAxis& x) {
  double left = 0.0, right = 0.0;
  for (const Tick& tick : x.ticks) {
    const double width = label_width(tick);
    const double before = x.turned ? width * std::cos(kTurnRadians) : 0.5 * width;
    const double after = x.turned ? 0.5 * kTickFont : 0.5 * width;
    left = std::max(left, before - (x.pixel(tick.value) - x.begin));
    right = std::max(right, after - (x.end - x.pixel(tick.value)));
  }
  return {left, right};
}

Margins margins_of(const PlacedPanel& panel) {
  const auto [left, right] = overhang(panel.x);
  const auto text_height = [](const std::vector<std::string>& lines) {
    return kLineHeight * static_cast<double>(lines.size());
  };
  Margins margins;
  margins.left = kPadding + std::max(left, kTickGap + label_width(panel.y) + text_height(panel.y_label_lines) +
                                               (panel.y_label_lines.empty() ? 0.0 : 6.0));
  margins.right = kPadding + right;
  margins.top = kPadding + (panel.title_lines.empty() ? 4.0 : 6.0 + text_height(panel.title_lines));
  margins.bottom =
      kPadding + label_depth(panel.x) + text_height(panel.x_label_lines) + (panel.x_label_lines.empty() ? 0.0 : 4.0);
  return margins;
}

/// The panels as a grid, filled row by row.
class Grid {
 public:
  explicit Grid(const Figure& figure)
      : figure_(figure),
        columns_(figure.columns == 0 ? figure.panels.size()
                                     : std::min(static_cast<size_t>(figure.columns), figure.panels.size())),
        rows_((figure.panels.size() + columns_ - 1) / columns_) {}

  /// The panels within an area that begins at the figure's top left corner.
  std::vector<PlacedPanel> place(double width, double height) const {
    double plot_width = std::floor(0.7 * width / static_cast<double>(columns_));
    double plot_height = std::floor(0.6 * height / static_cast<double>(rows_));
    std::vector<PlacedPanel> panels;
    std::vector<double> left, right, top, bottom;
    // Margins depend on tick labels, these on the size of the plots, and that on the margins: until it holds still.
    for (int round = 0; round < 8; ++round) {
      panels.clear();
      left.assign(columns_, 0.0);
      right = left;
      top.assign(rows_, 0.0);
      bottom = top;
      for (size_t i = 0; i < figure_.panels.size(); ++i) {
        panels.push_back(place_panel(i, plot_width, plot_height));
        const Margins margins = margins_of(panels.back());
        const size_t row = i / columns_, column = i % columns_;
        left[column] = std::max(left[column], std::ceil(margins.left));
        right[column] = std::max(right[column], std::ceil(margins.right));
        top[row] = std::max(top[row], std::ceil(margins.top));
        bottom[row] = std::max(bottom[row], std::ceil(margins.bottom));
      }
      const auto share = [](double length, const std::vector<double>& before, const std::vector<double>& after) {
        const double margins =
            std::accumulate(before.begin(), before.end(), 0.0) + std::accumulate(after.begin(), after.end(), 0.0);
        return std::floor((length - margins) / static_cast<double>(before.size()));
      };
      const double old_width = std::exchange(plot_width, share(width, left, right));
      const double old_height = std::exchange(plot_height, share(height, top, bottom));
      if (plot_width < kSmallestPlot || plot_height < kSmallestPlot) {
        throw ConfigError(fmt::format("a figure of {} x {} pixels has no room for {} x {} panels with their texts",
                                      figure_.width, figure_.height, columns_, rows_));
      }
      if (plot_width == old_width && plot_height == old_height) break;
    }
    for (size_t i = 0; i < panels.size(); ++i) {
      const size_t row = i / columns_, column = i % columns_;
      const auto begin = [](size_t index, double size, const std::vector<double>& before,
                            const std::vector<double>& after) {
        double position = before[index];
        for (size_t j = 0; j < index; ++j) position += before[j] + size + after[j];
        return position;
      };
      panels[i].plot = {begin(column, plot_width, left, right), begin(row, plot_height, top, bottom), plot_width,
                        plot_height};
      const Rectangle& plot = panels[i].plot;
      panels[i].x = place_x(figure_.panels[i], plot.left, plot.right());
      panels[i].y = place_y(figure_.panels[i], plot.bottom(), plot.top);
    }
    return panels;
  }

 private:
  /// A panel with its plot at the origin.
  PlacedPanel place_panel(size_t i, double width, double height) const {
    const Panel& panel = figure_.panels[i];
    const bool same_below =
        i + columns_ < figure_.panels.size() && figure_.panels[i + columns_].x.label == panel.x.label;
    const bool same_before = i % columns_ > 0 && figure_.panels[i - 1].y.label == panel.y.label;
    PlacedPanel placed;
    placed.x = place_x(panel, 0.0, width);
    placed.y = place_y(panel, height, 0.0);
    placed.title_lines = wrap_text(panel.title, kBold * kLabelFont, width);
    if (!same_below) placed.x_label_lines = wrap_text(panel.x.label, kLabelFont, width);
    if (!same_before) placed.y_label_lines = wrap_text(panel.y.label, kLabelFont, height);
    return placed;
  }

  const Figure& figure_;
  size_t columns_;
  size_t rows_;
};

/// Each label once, in the order of the figure, with the first mark of each kind that has it.
std::vector<LegendEntry> legend_entries(const Figure& figure) {
  std::vector<LegendEntry> entries;
  for (const Panel& panel : figure.panels) {
    for (const Mark& mark : panel.marks) {
      const std::string label(legend_label(mark));
      if (label.empty()) continue;
      auto entry = std::find_if(entries.begin(), entries.end(), [&](const auto& e) { return e.label == label; });
      if (entry == entries.end()) entry = entries.insert(entry, {.label = label});
      const bool has_kind = std::any_of(entry->marks.begin(), entry->marks.end(),
                                        [&](const Mark* other) { return other->index() == mark.index(); });
      if (!has_kind) entry->marks.push_back(&mark);
    }
  }
  return entries;
}

double width_of(const LegendEntry& entry) {
  return kSampleWidth + kSampleGap + text_width(entry.label, kTickFont);
}

/// Entries from `begin` on in rows, each in the middle of the figure. Returns the height of the legend; its top is at
/// 0.
double place_legend(std::vector<LegendEntry>& entries, double figure_width) {
  double top = 0.0;
  for (size_t begin = 0; begin < entries.size();) {
    double width = width_of(entries[begin]);
    size_t end = begin + 1;
    for (; end < entries.size(); ++end) {
      const double wider = width + kEntryGap + width_of(entries[end]);
      if (wider > figure_width - 2.0 * kPadding) break;
      width = wider;
    }
    double left = std::max(kPadding, std::round(0.5 * (figure_width - width)));
    for (; begin < end; ++begin) {
      entries[begin].left = left;
      entries[begin].middle = top + 0.5 * kLineHeight;
      left += width_of(entries[begin]) + kEntryGap;
    }
    top += kLineHeight + 2.0;
  }
  return top;
}

}  // namespace

double label_width(const PlacedAxis& axis) {
  double widest = 0.0;
  for (const Tick& tick : axis.ticks) widest = std::max(widest, label_width(tick));
  return widest;
}

double label_depth(const PlacedAxis& axis) {
  if (axis.turned) return kTickGap + kTickFont + std::sin(kTurnRadians) * label_width(axis);
  size_t lines = 1;
  for (const Tick& tick : axis.ticks) lines = std::max(lines, tick.lines.size());
  return kTickGap + kTickFont + kTickLineHeight * static_cast<double>(lines - 1);
}

Layout lay_out(const Figure& figure) {
  const double width = figure.width, height = figure.height;
  Layout layout;
  layout.legend = legend_entries(figure);
  const double legend_height = place_legend(layout.legend, width);
  const std::vector<std::string> caption = wrap_text(figure.caption, kTickFont, width - 2.0 * kPadding);
  const double caption_height = kLineHeight * static_cast<double>(caption.size());

  const double caption_top = height - caption_height - (caption.empty() ? 0.0 : kPadding);
  const double legend_top = caption_top - legend_height - (layout.legend.empty() ? 0.0 : 6.0);
  for (size_t i = 0; i < caption.size(); ++i) {
    layout.caption.push_back({caption[i], caption_top + kLineHeight * static_cast<double>(i) + kTickFont});
  }
  for (LegendEntry& entry : layout.legend) entry.middle += legend_top;
  layout.panels = Grid(figure).place(width, legend_top);
  return layout;
}

}  // namespace vrkn::report
