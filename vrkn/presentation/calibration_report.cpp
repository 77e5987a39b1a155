#include "vrkn/presentation/calibration_report.h"

#include <limits>
#include <utility>

#include "vrkn/core/file.h"
#include "vrkn/math/to_doubles.h"
#include "vrkn/report/comparison/calibration_figures.h"
#include "vrkn/report/figure/figure_file.h"

namespace vrkn::presentation {
namespace {

constexpr size_t kBins = math::Calibration::kBins;
/// The edges that stand for the central 50, 80 and 95 % intervals.
constexpr size_t kHalf = kBins / 2, kFourFifths = kBins * 4 / 5, kAlmostAll = kBins - 1;

analysis::CalibrationHorizon horizon_of(const evaluation::HorizonAccount& account) {
  const math::Calibration& calibration = account.calibration;
  std::vector<double> curve;
  for (size_t edge = 1; edge < kBins; ++edge) curve.push_back(calibration.coverage(edge));
  std::vector<double> pit;
  for (size_t bin = 0; bin < kBins; ++bin) pit.push_back(calibration.pit(bin));
  const auto innovations = static_cast<double>(account.innovation.count() * account.latent_dim);
  constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  return {.steps_ahead = account.steps_ahead,
          .count = calibration.count(),
          .coverage_50 = calibration.coverage(kHalf),
          .coverage_80 = calibration.coverage(kFourFifths),
          .coverage_95 = calibration.coverage(kAlmostAll),
          .coverage_curve = std::move(curve),
          .negative_log_likelihood = calibration.negative_log_likelihood(),
          .squared_error = calibration.squared_error(),
          .normalised_squared_error = calibration.normalised_squared_error(),
          .aleatoric = account.aleatoric.value(),
          .epistemic = account.epistemic.value(),
          .normalised_innovation_squared = account.innovation.value(),
          .innovation_band = innovations > 0 ? analysis::mean_square_band(innovations)
                                             : analysis::Interval{.low = kUnknown, .high = kUnknown},
          .crps = calibration.crps(),
          .pit = std::move(pit)};
}

analysis::GapCheck gap_of(const std::vector<int64_t>& steps_ahead, const std::vector<evaluation::GapCurve>& curves) {
  std::vector<std::vector<double>> variances, squared_errors;
  for (const evaluation::GapCurve& curve : curves) {
    variances.push_back(curve.variance);
    if (!curve.squared_error.empty()) squared_errors.push_back(curve.squared_error);
  }
  return analysis::gap_check({steps_ahead.begin(), steps_ahead.end()}, variances, squared_errors);
}

}  // namespace

analysis::CalibrationFile calibration_of(const evaluation::UncertaintyEvaluation& evaluation) {
  const evaluation::ForecastOptions& options = evaluation.options();
  analysis::CalibrationFile file{.horizon = options.horizon,
                                 .draws = options.counts.draws,
                                 .samples = options.counts.samples,
                                 .recalibrated = options.recalibrations.has_value()};
  for (size_t edge = 1; edge < kBins; ++edge) {
    file.levels.push_back(static_cast<double>(edge) / static_cast<double>(kBins));
  }
  for (const evaluation::QuantityAccount& account : evaluation.quantities()) {
    analysis::CalibratedQuantity quantity{.name = account.name, .noise = math::to_doubles(account.likelihood_var)};
    for (const evaluation::HorizonAccount& horizon : account.horizons) {
      quantity.horizons.push_back(horizon_of(horizon));
    }
    quantity.gap = gap_of(evaluation.steps_ahead(), account.gaps.all);
    quantity.early_gap = gap_of(evaluation.steps_ahead(), account.gaps.early);
    file.quantities.push_back(std::move(quantity));
  }
  file.early_steps = evaluation::kEarlySteps;
  file.latent_gap = gap_of(evaluation.steps_ahead(), evaluation.latent_gaps().all);
  file.early_latent_gap = gap_of(evaluation.steps_ahead(), evaluation.latent_gaps().early);
  return file;
}

void write_calibration(const std::filesystem::path& folder, const analysis::CalibrationFile& calibration) {
  write_file_atomically(folder / "calibration.json", analysis::to_json(calibration).dump(2) + "\n");
  for (const auto& [name, figure] : {std::pair{"calibration", report::calibration_figure(calibration)},
                                     {"pit", report::pit_figure(calibration)},
                                     {"variances", report::variance_figure(calibration)}}) {
    // Without panels where no episode was long enough to compare anything.
    if (!figure.panels.empty()) report::write_figure(folder, name, figure);
  }
}

}  // namespace vrkn::presentation
