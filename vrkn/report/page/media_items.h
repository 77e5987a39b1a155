#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "vrkn/analysis/run_collection.h"
#include "vrkn/report/event_pictures.h"

namespace vrkn::report {

/// A picture or video of a run, or of several.
struct MediaItem {
  enum class Kind { kPicture, kVideo };
  Kind kind = Kind::kPicture;
  std::string title = {};
  std::string caption = {};
  bool wide = false;                ///< takes the whole width of a page
  std::filesystem::path run = {};   ///< the run directory that it lies in; empty: none
  std::string media_type = {};      ///< "image/png"
  std::filesystem::path file = {};  ///< where it lies
  std::string bytes = {};           ///< what to show, of a picture inside an event file; else `file` itself
  std::string version = {};         ///< another one when what it shows has changed
};

/// How well predictions of one quantity agree with what came, one step ahead to many (docs/uncertainty.md). NaN where
/// it is not known.
struct CalibrationHorizon {
  int64_t steps_ahead = 0;
  int64_t count = 0;
  std::vector<double> coverage_curve = {};
  double coverage_50 = 0.0, coverage_80 = 0.0, coverage_95 = 0.0;
  double aleatoric = 0.0, epistemic = 0.0;
  double normalised_squared_error = 0.0, normalised_innovation_squared = 0.0;
};

struct CalibratedQuantity {
  std::string name = {};
  std::vector<CalibrationHorizon> horizons = {};
};

/// A file calibration.json.
struct CalibrationFile {
  std::string title = {};
  std::filesystem::path run = {};
  std::vector<double> levels = {};
  std::vector<CalibratedQuantity> quantities = {};
  std::string version = {};  ///< another one when the file has changed
};

/// Reads a file calibration.json. Throws DataError naming it when it is none.
CalibrationFile read_calibration(const std::filesystem::path& path);

/// What run directories hold besides numbers, and what `vrkn eval --uncertainty` and `vrkn imagine` have written, below
/// some folders: the newest reconstruction strips, videos, imagined episodes (the first two of each folder),
/// calibration.
class MediaCollection {
 public:
  explicit MediaCollection(std::vector<std::filesystem::path> folders) : folders_(std::move(folders)) {}

  /// Looks for what is new. Returns whether anything changed. What is damaged is skipped.
  bool refresh();

  const std::vector<MediaItem>& media_items() const { return media_items_; }
  const std::vector<CalibrationFile>& calibrations() const { return calibrations_; }
  const std::vector<analysis::SkippedRun>& skipped() const { return skipped_; }

 private:
  void visit(const std::filesystem::path& folder, const std::filesystem::path& root, const std::filesystem::path& run);
  void add_run(const std::filesystem::path& run);
  void add_imagined(const std::filesystem::path& folder, const std::string& title, const std::filesystem::path& run);

  std::vector<std::filesystem::path> folders_;
  std::map<std::filesystem::path, EventPictures> events_;
  std::vector<MediaItem> media_items_;
  std::vector<CalibrationFile> calibrations_;
  std::vector<analysis::SkippedRun> skipped_;
  std::string versions_;  ///< of all of them together
};

}  // namespace vrkn::report
