#include "vrkn/report/comparison/calibration_figures.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace vrkn::report {
namespace {

std::string steps_ahead(int64_t steps) {
  return fmt::format("{} step{} ahead", steps, steps == 1 ? "" : "s");
}

/// A colour belongs to a horizon: nearer ones come first.
Colour colour_of(const analysis::CalibratedQuantity& quantity, size_t h) {
  if (h == 0) return Colour::kBlue;
  return h + 1 == quantity.horizons.size() ? Colour::kVermilion : Colour::kGreen;
}

/// Whether anything that was predicted came true.
bool was_compared(const analysis::CalibratedQuantity& quantity) {
  return quantity.horizons.front().count > 0;
}

/// Few panels stand in a row; more, in rows of four, and at most 24 of them.
Figure in_rows(Figure figure) {
  constexpr size_t kColumns = 4, kMost = 24;
  if (figure.panels.size() <= kColumns) return figure;
  if (figure.panels.size() > kMost) {
    figure.caption += fmt::format(" The first {} of {} quantities.", kMost, figure.panels.size());
    figure.panels.resize(kMost);
  }
  figure.columns = kColumns;
  figure.height *= static_cast<int>((figure.panels.size() + kColumns - 1) / kColumns);
  return figure;
}

}  // namespace

Figure calibration_figure(const analysis::CalibrationFile& file) {
  Figure figure{.width = 900,
                .height = 340,
                .title = "Calibration of predictions",
                .description = "Share of values within the central interval over its nominal probability.",
                .caption = "Above the diagonal: intervals wider than needed. Below: too narrow."};
  for (const analysis::CalibratedQuantity& quantity : file.quantities) {
    if (!was_compared(quantity)) continue;
    const Axis share{.limits = Limits{0.0, 1.0}};
    Panel panel{.title = quantity.name, .x = share, .y = share, .marks = {}};
    panel.x.label = "nominal coverage";
    panel.y.label = "observed coverage";
    panel.marks.push_back(
        Line{.x = {0.0, 1.0}, .y = {0.0, 1.0}, .colour = Colour::kGrey, .dash = Dash::kDashed, .label = "calibrated"});
    for (const size_t h : analysis::chosen_horizons(quantity)) {
      const analysis::CalibrationHorizon& horizon = quantity.horizons[h];
      if (horizon.count == 0) continue;
      Line line{.x = {0.0}, .y = {0.0}, .colour = colour_of(quantity, h), .label = steps_ahead(horizon.steps_ahead)};
      line.x.insert(line.x.end(), file.levels.begin(), file.levels.end());
      line.y.insert(line.y.end(), horizon.coverage_curve.begin(), horizon.coverage_curve.end());
      line.x.push_back(1.0);
      line.y.push_back(1.0);
      panel.marks.push_back(std::move(line));
    }
    figure.panels.push_back(std::move(panel));
  }
  return in_rows(std::move(figure));
}

Figure pit_figure(const analysis::CalibrationFile& file) {
  Figure figure{.width = 900,
                .height = 340,
                .title = "Probability integral transform",
                .description = "Density of the predicted probability of a value below the one that came.",
                .caption =
                    "Calibrated: flat. High at both ends: too sure. High in the middle: too cautious. "
                    "High at one end: the mean is off."};
  for (const analysis::CalibratedQuantity& quantity : file.quantities) {
    if (!was_compared(quantity) || quantity.horizons.front().pit.empty()) continue;
    Panel panel{.title = quantity.name,
                .x = {.label = "probability of a smaller value", .limits = Limits{0.0, 1.0}},
                .y = {.label = "density"},
                .marks = {}};
    panel.marks.push_back(
        Line{.x = {0.0, 1.0}, .y = {1.0, 1.0}, .colour = Colour::kGrey, .dash = Dash::kDashed, .label = "calibrated"});
    double highest = 1.0;
    for (const size_t h : analysis::chosen_horizons(quantity)) {
      const analysis::CalibrationHorizon& horizon = quantity.horizons[h];
      if (horizon.count == 0) continue;
      Line line{.colour = colour_of(quantity, h), .label = steps_ahead(horizon.steps_ahead)};
      const auto bins = static_cast<double>(horizon.pit.size());
      for (size_t bin = 0; bin < horizon.pit.size(); ++bin) {  // a step for every bin
        for (const size_t edge : {bin, bin + 1}) {
          line.x.push_back(static_cast<double>(edge) / bins);
          line.y.push_back(horizon.pit[bin] * bins);
        }
        highest = std::max(highest, horizon.pit[bin] * bins);
      }
      panel.marks.push_back(std::move(line));
    }
    panel.y.limits = Limits{0.0, 1.05 * highest};
    figure.panels.push_back(std::move(panel));
  }
  return in_rows(std::move(figure));
}

Figure variance_figure(const analysis::CalibrationFile& file) {
  Figure figure{.width = 900,
                .height = 320,
                .title = "Variance of predictions",
                .description = "The aleatoric and the epistemic part of the variance over the number of steps ahead.",
                .caption = "Network units. The likelihoods' own variance is in neither part."};
  for (const analysis::CalibratedQuantity& quantity : file.quantities) {
    if (!was_compared(quantity)) continue;
    Line aleatoric{.colour = Colour::kBlue, .label = "aleatoric"};
    Line epistemic{.colour = Colour::kOrange, .label = "epistemic"};
    for (const analysis::CalibrationHorizon& horizon : quantity.horizons) {
      if (horizon.count == 0) continue;
      for (Line* line : {&aleatoric, &epistemic}) line->x.push_back(static_cast<double>(horizon.steps_ahead));
      aleatoric.y.push_back(horizon.aleatoric);
      epistemic.y.push_back(horizon.epistemic);
    }
    figure.panels.push_back({.title = quantity.name,
                             .x = {.label = "steps ahead"},
                             .y = {.label = "variance"},
                             .marks = {std::move(aleatoric), std::move(epistemic)}});
  }
  return in_rows(std::move(figure));
}

}  // namespace vrkn::report
