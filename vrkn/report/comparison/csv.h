#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "vrkn/analysis/comparison.h"

namespace vrkn::report {

/// One line of a table, ended by CRLF: fields with commas, quotes or line ends stand in quotes (RFC 4180).
std::string csv_line(std::span<const std::string> fields);

/// Writes a comparison for machines (docs/reports.md has the columns): runs.csv, curves.csv, mean_curves.csv,
/// scores.csv, overall.csv, improvement.csv and published.csv. Numbers read back exactly; what is not known is empty.
/// Throws DataError when the disk refuses.
void write_comparison_csv(const std::filesystem::path& folder, const analysis::Comparison& comparison,
                          std::span<const analysis::RunRecord> runs);

}  // namespace vrkn::report
