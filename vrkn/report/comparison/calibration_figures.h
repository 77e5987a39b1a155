#pragma once

#include "vrkn/analysis/calibration_file.h"
#include "vrkn/report/figure/figure.h"

namespace vrkn::report {

/// Nominal against observed coverage, one panel per quantity, at the first, the middle and the last horizon.
Figure calibration_figure(const analysis::CalibrationFile& file);

/// The probability integral transform's histogram as a density, one panel per quantity, at the first, the middle and
/// the last horizon; without panels for files that do not know it.
Figure pit_figure(const analysis::CalibrationFile& file);

/// Both parts of the variance over the horizon, one panel per quantity.
Figure variance_figure(const analysis::CalibrationFile& file);

}  // namespace vrkn::report
