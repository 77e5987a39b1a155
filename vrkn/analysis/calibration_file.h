#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "vrkn/analysis/gap_check.h"
#include "vrkn/analysis/statistics.h"

namespace vrkn::analysis {

/// How well predictions of one quantity, so many steps ahead, agree with what came (docs/uncertainty.md). In network
/// units; NaN where it is not known.
struct CalibrationHorizon {
  int64_t steps_ahead = 0;
  int64_t count = 0;  ///< values compared
  /// Observed coverage of the central intervals of 50, 80 and 95 %, and of those at the file's levels.
  double coverage_50 = 0.0, coverage_80 = 0.0, coverage_95 = 0.0;
  std::vector<double> coverage_curve = {};
  double negative_log_likelihood = 0.0, squared_error = 0.0, normalised_squared_error = 0.0;  ///< means over the values
  double aleatoric = 0.0, epistemic = 0.0;                                                    ///< mean variances
  double normalised_innovation_squared = 0.0;
  /// Where 95 % of its means would lie if the filter were right and all innovations independent (mean_square_band).
  /// Those of neighbouring steps are not, so this is too narrow.
  Interval innovation_band = {};
  // NaN and empty in files of older versions:
  double crps = 0.0;             ///< mean continuous ranked probability score
  std::vector<double> pit = {};  ///< shares of the probability integral transform P(value < truth), bins of equal width
};

/// A sensor or the reward, one step ahead to many.
struct CalibratedQuantity {
  std::string name = {};
  std::vector<double> noise = {};  ///< variance of its likelihood: one, or one of every element
  std::vector<CalibrationHorizon> horizons = {};
  GapCheck gap = {};        ///< without steps where it is not known, as in files of older versions
  GapCheck early_gap = {};  ///< of the gaps that begin in the first `early_steps` of an episode
};

/// A file calibration.json: how sure predictions were, and how right.
struct CalibrationFile {
  int64_t horizon = 0, draws = 0, samples = 0;
  bool recalibrated = false;        ///< what is said of coverage, likelihood and scores is of recalibrated predictions
  std::vector<double> levels = {};  ///< nominal coverage of `coverage_curve`
  std::vector<CalibratedQuantity> quantities = {};
  int64_t early_steps = 0;
  GapCheck latent_gap = {}, early_latent_gap = {};  ///< of the belief's own variance
};

nlohmann::ordered_json to_json(const CalibrationHorizon& horizon);
nlohmann::ordered_json to_json(const GapCheck& check);
nlohmann::ordered_json to_json(const CalibrationFile& file);

/// Reads a file calibration.json. Throws DataError naming it when it is none.
CalibrationFile read_calibration(const std::filesystem::path& path);

/// The same for people: a table of the first, the middle and the last horizon, one of what happens in gaps, and the
/// warnings.
std::string calibration_table(const CalibrationFile& file);

/// Of all gaps, then of early ones: one sentence for every quantity of which the model becomes surer while its errors
/// grow, and one where the belief's own variance falls although errors grow. None where it is not known.
std::vector<std::string> gap_warnings(const CalibrationFile& file);

/// The first, the middle and the last of a quantity's horizons, as indices, none twice. There is at least one.
std::vector<size_t> chosen_horizons(const CalibratedQuantity& quantity);

}  // namespace vrkn::analysis
