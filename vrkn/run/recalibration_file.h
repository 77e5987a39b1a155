#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "vrkn/math/recalibration.h"
#include "vrkn/run/trained_run.h"

namespace vrkn::run {

/// A run's file recalibration.json (docs/run-directory.md): how what it predicts is to be corrected, and by which
/// episodes that was learned.
struct RecalibrationFile {
  int64_t updates = 0;             ///< of the weights that it belongs to
  std::string checkpoint;          ///< hash of these weights' file (checkpoint_hash)
  int64_t seed = 0, episodes = 0;  ///< of the evaluation that it was fitted on
  math::Recalibrations recalibrations = {};
};

/// The file appears whole or not at all. Throws DataError when the disk refuses.
void write_recalibration(const std::filesystem::path& path, const RecalibrationFile& file);

/// Throws DataError naming the file when it is missing or does not hold what write_recalibration writes.
RecalibrationFile read_recalibration(const std::filesystem::path& path);

/// The recalibration of a run that was loaded. Throws DataError when there is none, it is damaged, or it belongs to
/// other weights than those that were loaded.
///
///   const RecalibrationFile file = load_recalibration(run);
///   const auto& position = math::find_recalibration(file.recalibrations, "position", /*steps_ahead=*/5);
///   const math::CentralInterval likely = position.interval(predicted, 0.9);
RecalibrationFile load_recalibration(const TrainedRun& run);

}  // namespace vrkn::run
