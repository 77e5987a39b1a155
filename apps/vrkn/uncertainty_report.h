#pragma once

#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include "vrkn/evaluation/uncertainty_evaluation.h"
#include "vrkn/report/figure/figure.h"

namespace vrkn::app {

/// What calibration.json says of the predictions (docs/uncertainty.md).
nlohmann::ordered_json calibration_json(const evaluation::UncertaintyEvaluation& evaluation);

/// The same for people, at the first, the middle and the last horizon.
std::string calibration_table(const evaluation::UncertaintyEvaluation& evaluation);

/// Nominal against observed coverage, one panel per quantity.
report::Figure calibration_figure(const evaluation::UncertaintyEvaluation& evaluation);

/// Both parts of the variance over the horizon, one panel per quantity.
report::Figure variance_figure(const evaluation::UncertaintyEvaluation& evaluation);

/// Writes calibration.json and both figures into `folder`, which is made when it is missing.
void write_calibration(const std::filesystem::path& folder, const evaluation::UncertaintyEvaluation& evaluation);

}  // namespace vrkn::app
