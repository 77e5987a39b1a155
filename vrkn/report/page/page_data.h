#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>

#include "vrkn/analysis/comparison.h"
#include "vrkn/analysis/run_collection.h"
#include "vrkn/report/page/media_items.h"

namespace vrkn::report {

/// Everything that a page shows.
struct PageContent {
  const analysis::Comparison& comparison;
  std::span<const analysis::RunRecord> runs;
  std::span<const analysis::SkippedRun> skipped;
  std::span<const MediaItem> media_items;
  std::span<const CalibrationItem> calibrations;
  int64_t resamples = 0;  ///< of the bootstrap
  bool live = false;      ///< whether the page asks for new data
};

/// The `src` of a media item; nothing when it is too large to be shown.
using SourceOf = std::function<std::optional<std::string>(const MediaItem&)>;

/// The page's data as JSON, which the scripts in web/report draw. Values that are not known are null.
std::string page_data(const PageContent& content, const SourceOf& source_of);

/// Gives media items as data URIs, so that a page needs no other file. Those over 4 MB, and all once 48 MB are spent,
/// are too large.
SourceOf embedded_source();

/// The bytes that a media item shows. Throws DataError when its file cannot be read.
std::string bytes_of(const MediaItem& media_item);

}  // namespace vrkn::report
