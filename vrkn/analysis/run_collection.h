#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "vrkn/analysis/run_record.h"

namespace vrkn::analysis {

/// A folder that could not be taken in, and the sentence that says why.
struct SkippedRun {
  std::filesystem::path path = {};
  std::string reason = {};
  bool operator==(const SkippedRun&) const = default;
};

/// All run directories below some folders, also those that are still going on.
///
/// A run directory is a folder that holds config.toml and beside it metrics.jsonl or environment.json. What lies inside
/// one is not searched for others, and links are not followed.
class RunCollection {
 public:
  /// Throws DataError when one of the folders is not there.
  explicit RunCollection(std::vector<std::filesystem::path> folders);

  /// Looks for new runs and reads what was appended to the known ones. A run that cannot be read is skipped and tried
  /// again at the next call; one whose folder is gone leaves. Returns whether anything changed.
  bool refresh();

  /// Sorted by path.
  std::vector<RunRecord> runs() const;
  /// Sorted by path.
  const std::vector<SkippedRun>& skipped() const { return skipped_; }
  const std::vector<std::filesystem::path>& folders() const { return folders_; }

 private:
  std::vector<std::filesystem::path> folders_;
  std::map<std::filesystem::path, std::unique_ptr<RunReader>> readers_;
  std::vector<SkippedRun> skipped_;
};

}  // namespace vrkn::analysis
