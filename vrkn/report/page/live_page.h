#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "vrkn/analysis/comparison.h"
#include "vrkn/analysis/run_collection.h"
#include "vrkn/report/page/media_items.h"

namespace vrkn::report {

/// A picture or video as a server sends it.
struct Medium {
  std::string media_type = {};
  std::string bytes = {};
};

/// The page about folders in which runs may still be going on. It is made anew when something has changed, and reads
/// only what was appended. Not for several threads at once.
class LivePage {
 public:
  /// Throws as RunCollection.
  LivePage(std::vector<std::filesystem::path> folders, analysis::ComparisonOptions options);

  /// Looks for what is new; returns whether there is. Runs and files that are damaged are named on the page. Throws
  /// ConfigError when runs are to be grouped by a setting that none has.
  bool refresh();

  /// The page's data as JSON, as of the last refresh.
  const std::string& data() const { return data_; }
  /// Another number whenever the data are others.
  int64_t version() const { return version_; }

  /// What `name`, the last part of a path "media/<name>" in the data, stands for; nothing for any other name. Throws
  /// DataError when its file is gone.
  std::optional<Medium> medium(const std::string& name) const;

 private:
  analysis::RunCollection runs_;
  MediaCollection media_items_;
  analysis::ComparisonOptions options_;
  std::map<std::string, std::string> names_;  ///< of media items, by version
  std::map<std::string, MediaItem> media_;    ///< by name
  std::string data_;
  int64_t version_ = 0;
};

}  // namespace vrkn::report
