#include "vrkn/report/comparison/calibration_figures.h"

#include <utility>

#include <fmt/format.h>

namespace vrkn::report {
namespace {

std::string steps_ahead(int64_t steps) {
  return fmt::format("{} step{} ahead", steps, steps == 1 ? "" : "s");
}

/// Whether anything that was predicted came true.
bool was_compared(const analysis::CalibratedQuantity& quantity) {
  return quantity.horizons.front().count > 0;
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
      // A colour belongs to a horizon: nearer ones come first.
      const Colour colour = h == 0                              ? Colour::kBlue
                            : h + 1 == quantity.horizons.size() ? Colour::kVermilion
                                                                : Colour::kGreen;
      Line line{.x = {0.0}, .y = {0.0}, .colour = colour, .label = steps_ahead(horizon.steps_ahead)};
      line.x.insert(line.x.end(), file.levels.begin(), file.levels.end());
      line.y.insert(line.y.end(), horizon.coverage_curve.begin(), horizon.coverage_curve.end());
      line.x.push_back(1.0);
      line.y.push_back(1.0);
      panel.marks.push_back(std::move(line));
    }
    figure.panels.push_back(std::move(panel));
  }
  return figure;
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
      for (Line* line : {&aleatoric, &epistemic}) line->x.push_back(static_cast<double>(horizon.steps_ahead));
      aleatoric.y.push_back(horizon.aleatoric);
      epistemic.y.push_back(horizon.epistemic);
    }
    figure.panels.push_back({.title = quantity.name,
                             .x = {.label = "steps ahead"},
                             .y = {.label = "variance"},
                             .marks = {std::move(aleatoric), std::move(epistemic)}});
  }
  return figure;
}

}  // namespace vrkn::report
