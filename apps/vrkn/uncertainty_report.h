#pragma once

#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include "vrkn/report/figure/figure.h"
#include "vrkn/train/uncertainty_evaluation.h"

namespace vrkn::app {

/// What calibration.json says of the predictions (docs/uncertainty.md).
nlohmann::ordered_json calibration_json(const UncertaintyEvaluation& evaluation);

/// The same for people, at the first, the middle and the last horizon.
std::string calibration_table(const UncertaintyEvaluation& evaluation);

/// Nominal against observed coverage, one panel per quantity.
Figure calibration_figure(const UncertaintyEvaluation& evaluation);

/// Both parts of the variance over the horizon, one panel per quantity.
Figure variance_figure(const UncertaintyEvaluation& evaluation);

/// Writes calibration.json and both figures into `folder`, which is made when it is missing.
void write_calibration(const std::filesystem::path& folder, const UncertaintyEvaluation& evaluation);

}  // namespace vrkn::app
