#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "vrkn/analysis/calibration_file.h"
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
  std::string version = {};         ///< changes whenever the content changes
};

/// A file calibration.json, and where it was found.
struct CalibrationItem {
  std::string title = {};
  std::filesystem::path run = {};  ///< the run directory that it lies in; empty: none
  analysis::CalibrationFile file = {};
  std::string version = {};  ///< changes whenever the file changes
};

/// What run directories hold besides numbers, and what `vrkn eval --uncertainty` and `vrkn imagine` have written, below
/// some folders: the newest reconstruction strips, videos, imagined episodes (the first two of each folder),
/// calibration.
class MediaCollection {
 public:
  explicit MediaCollection(std::vector<std::filesystem::path> folders) : folders_(std::move(folders)) {}

  /// Looks for what is new. Returns whether anything changed. What is damaged is skipped.
  bool refresh();

  const std::vector<MediaItem>& media_items() const { return media_items_; }
  const std::vector<CalibrationItem>& calibrations() const { return calibrations_; }
  const std::vector<analysis::SkippedRun>& skipped() const { return skipped_; }

 private:
  void visit(const std::filesystem::path& folder, const std::filesystem::path& root, const std::filesystem::path& run);
  void add_run(const std::filesystem::path& run);
  void add_imagined(const std::filesystem::path& folder, const std::string& title, const std::filesystem::path& run);

  std::vector<std::filesystem::path> folders_;
  std::map<std::filesystem::path, EventPictures> events_;
  std::vector<MediaItem> media_items_;
  std::vector<CalibrationItem> calibrations_;
  std::vector<analysis::SkippedRun> skipped_;
  std::string versions_;  ///< of all of them together
};

}  // namespace vrkn::report
