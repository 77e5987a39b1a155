#pragma once

#include <filesystem>

#include "vrkn/analysis/calibration_file.h"
#include "vrkn/evaluation/uncertainty_evaluation.h"

namespace vrkn::presentation {

/// What an evaluation found, as calibration.json says it (docs/uncertainty.md).
analysis::CalibrationFile calibration_of(const evaluation::UncertaintyEvaluation& evaluation);

/// Writes calibration.json and its figures into `folder`, which is made when it is missing.
void write_calibration(const std::filesystem::path& folder, const analysis::CalibrationFile& calibration);

}  // namespace vrkn::presentation
