#include "apps/vrkn/uncertainty_report.h"

#include <algorithm>

#include <fmt/format.h>

#include "vrkn/core/file.h"
#include "vrkn/report/figure/figure_file.h"

namespace vrkn::app {
namespace {

constexpr size_t kBins = math::Calibration::kBins;
/// The edges that stand for the central 50, 80 and 95 % intervals.
constexpr size_t kHalf = kBins / 2, kFourFifths = kBins * 4 / 5, kAlmostAll = kBins - 1;

double level(size_t edge) {
  return static_cast<double>(edge) / static_cast<double>(kBins);
}

/// The first, the middle and the last of H horizons, as indices, none twice.
std::vector<size_t> chosen_horizons(size_t H) {
  std::vector<size_t> chosen{0, (H - 1) / 2, H - 1};
  chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
  return chosen;
}

std::string steps_ahead(size_t horizon) {
  return fmt::format("{} step{} ahead", horizon + 1, horizon == 0 ? "" : "s");
}

/// What was predicted and came true, in the order of the evaluation.
std::vector<const evaluation::QuantityAccount*> predicted(const evaluation::UncertaintyEvaluation& evaluation) {
  std::vector<const evaluation::QuantityAccount*> found;
  for (const evaluation::QuantityAccount& quantity : evaluation.quantities()) {
    if (quantity.horizons.front().calibration.count() > 0) found.push_back(&quantity);
  }
  return found;
}

nlohmann::ordered_json horizon_json(size_t horizon, const evaluation::HorizonAccount& account) {
  const math::Calibration& calibration = account.calibration;
  std::vector<double> curve;
  for (size_t edge = 1; edge < kBins; ++edge) curve.push_back(calibration.coverage(edge));
  return {{"steps_ahead", horizon + 1},
          {"count", calibration.count()},
          {"coverage_50", calibration.coverage(kHalf)},
          {"coverage_80", calibration.coverage(kFourFifths)},
          {"coverage_95", calibration.coverage(kAlmostAll)},
          {"coverage_curve", curve},
          {"negative_log_likelihood", calibration.negative_log_likelihood()},
          {"squared_error", calibration.squared_error()},
          {"normalised_squared_error", calibration.normalised_squared_error()},
          {"aleatoric", account.aleatoric.value()},
          {"epistemic", account.epistemic.value()},
          {"normalised_innovation_squared", account.innovation.value()}};
}

}  // namespace

nlohmann::ordered_json calibration_json(const evaluation::UncertaintyEvaluation& evaluation) {
  const auto& [horizon, counts] = evaluation.options();
  nlohmann::ordered_json result = {{"horizon", horizon}, {"draws", counts.draws}, {"samples", counts.samples}};
  for (const evaluation::QuantityAccount& quantity : evaluation.quantities()) {
    const at::Tensor var = quantity.likelihood_var.to(at::kCPU, at::kDouble).contiguous();
    const std::vector<double> values(var.data_ptr<double>(), var.data_ptr<double>() + var.numel());
    if (var.dim() == 0) {
      result["noise"][quantity.name] = values[0];
    } else {
      result["noise"][quantity.name] = values;  // of every element
    }
  }
  for (size_t edge = 1; edge < kBins; ++edge) result["curve_levels"].push_back(level(edge));
  for (const evaluation::QuantityAccount& quantity : evaluation.quantities()) {
    nlohmann::ordered_json& horizons = result["quantities"][quantity.name];
    for (size_t h = 0; h < quantity.horizons.size(); ++h) horizons.push_back(horizon_json(h, quantity.horizons[h]));
  }
  return result;
}

std::string calibration_table(const evaluation::UncertaintyEvaluation& evaluation) {
  const auto number = [](int64_t count, double value, const char* form) {
    return count > 0 ? fmt::format(fmt::runtime(form), value) : std::string("-");
  };
  std::string table = fmt::format("{:<16}{:>6}{:>8}{:>8}{:>8}{:>10}{:>11}{:>11}{:>9}\n", "predicted", "ahead", "in 50%",
                                  "in 80%", "in 95%", "NLL", "aleatoric", "epistemic", "NIS");
  for (const evaluation::QuantityAccount& quantity : evaluation.quantities()) {
    for (const size_t h : chosen_horizons(quantity.horizons.size())) {
      const auto& [calibration, aleatoric, epistemic, innovation] = quantity.horizons[h];
      const int64_t count = calibration.count();
      table += fmt::format("{:<16}{:>6}{:>8}{:>8}{:>8}{:>10}{:>11}{:>11}{:>9}\n", quantity.name, h + 1,
                           number(count, 100 * calibration.coverage(kHalf), "{:.1f}%"),
                           number(count, 100 * calibration.coverage(kFourFifths), "{:.1f}%"),
                           number(count, 100 * calibration.coverage(kAlmostAll), "{:.1f}%"),
                           number(count, calibration.negative_log_likelihood(), "{:.3f}"),
                           number(count, aleatoric.value(), "{:.2e}"), number(count, epistemic.value(), "{:.2e}"),
                           number(innovation.count(), innovation.value(), "{:.2f}"));
    }
  }
  return table;
}

report::Figure calibration_figure(const evaluation::UncertaintyEvaluation& evaluation) {
  report::Figure figure{.width = 900,
                        .height = 340,
                        .title = "Calibration of predictions",
                        .description = "Share of values within the central interval over its nominal probability.",
                        .caption = "Above the diagonal: intervals wider than needed. Below: too narrow."};
  for (const evaluation::QuantityAccount* quantity : predicted(evaluation)) {
    const report::Axis share{.limits = report::Limits{0.0, 1.0}};
    report::Panel panel{.title = quantity->name, .x = share, .y = share, .marks = {}};
    panel.x.label = "nominal coverage";
    panel.y.label = "observed coverage";
    panel.marks.push_back(report::Line{.x = {0.0, 1.0},
                                       .y = {0.0, 1.0},
                                       .colour = report::Colour::kGrey,
                                       .dash = report::Dash::kDashed,
                                       .label = "calibrated"});
    for (const size_t h : chosen_horizons(quantity->horizons.size())) {
      const math::Calibration& calibration = quantity->horizons[h].calibration;
      if (calibration.count() == 0) continue;
      // A colour belongs to a horizon: nearer ones come first.
      const report::Colour colour = h == 0                               ? report::Colour::kBlue
                                    : h + 1 == quantity->horizons.size() ? report::Colour::kVermilion
                                                                         : report::Colour::kGreen;
      report::Line line{.x = {0.0}, .y = {0.0}, .colour = colour, .label = steps_ahead(h)};
      for (size_t edge = 1; edge <= kBins; ++edge) {
        line.x.push_back(level(edge));
        line.y.push_back(calibration.coverage(edge));
      }
      panel.marks.push_back(std::move(line));
    }
    figure.panels.push_back(std::move(panel));
  }
  return figure;
}

report::Figure variance_figure(const evaluation::UncertaintyEvaluation& evaluation) {
  report::Figure figure{
      .width = 900,
      .height = 320,
      .title = "Variance of predictions",
      .description = "The aleatoric and the epistemic part of the variance over the number of steps ahead.",
      .caption = "Network units. The likelihoods' own variance is in neither part."};
  for (const evaluation::QuantityAccount* quantity : predicted(evaluation)) {
    report::Line aleatoric{.colour = report::Colour::kBlue, .label = "aleatoric"};
    report::Line epistemic{.colour = report::Colour::kOrange, .label = "epistemic"};
    for (size_t h = 0; h < quantity->horizons.size(); ++h) {
      for (report::Line* line : {&aleatoric, &epistemic}) line->x.push_back(static_cast<double>(h + 1));
      aleatoric.y.push_back(quantity->horizons[h].aleatoric.value());
      epistemic.y.push_back(quantity->horizons[h].epistemic.value());
    }
    figure.panels.push_back({.title = quantity->name,
                             .x = {.label = "steps ahead"},
                             .y = {.label = "variance"},
                             .marks = {std::move(aleatoric), std::move(epistemic)}});
  }
  return figure;
}

void write_calibration(const std::filesystem::path& folder, const evaluation::UncertaintyEvaluation& evaluation) {
  write_file_atomically(folder / "calibration.json", calibration_json(evaluation).dump(2) + "\n");
  for (const auto& [name, figure] : {std::pair{"calibration", calibration_figure(evaluation)},
                                     std::pair{"variances", variance_figure(evaluation)}}) {
    report::write_svg(folder / (std::string(name) + ".svg"), figure);
    report::write_png(folder / (std::string(name) + ".png"), figure);
  }
}

}  // namespace vrkn::app
