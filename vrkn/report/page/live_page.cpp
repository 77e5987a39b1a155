#include "vrkn/report/page/live_page.h"

#include "vrkn/report/page/page_data.h"

namespace vrkn::report {

LivePage::LivePage(std::vector<std::filesystem::path> folders, analysis::ComparisonOptions options)
    : runs_(folders), media_items_(std::move(folders)), options_(std::move(options)) {}

bool LivePage::refresh() {
  const bool new_runs = runs_.refresh(), new_media = media_items_.refresh();
  if (version_ > 0 && !new_runs && !new_media) return false;
  const std::vector<analysis::RunRecord> records = runs_.runs();
  const analysis::Comparison comparison = analysis::compare(records, options_);
  std::vector<analysis::SkippedRun> skipped = runs_.skipped();
  skipped.insert(skipped.end(), media_items_.skipped().begin(), media_items_.skipped().end());

  media_.clear();
  const auto source_of = [this](const MediaItem& media_item) {
    // A name belongs to what is shown: when a file changes, the browser asks for another one.
    const std::string& name = names_.try_emplace(media_item.version, std::to_string(names_.size())).first->second;
    media_[name] = media_item;
    return std::optional("media/" + name);
  };
  data_ = page_data({.comparison = comparison,
                     .runs = records,
                     .skipped = skipped,
                     .media_items = media_items_.media_items(),
                     .calibrations = media_items_.calibrations(),
                     .resamples = options_.bootstrap.resamples,
                     .live = true},
                    source_of);
  ++version_;
  return true;
}

std::optional<Medium> LivePage::medium(const std::string& name) const {
  const auto found = media_.find(name);
  if (found == media_.end()) return std::nullopt;
  return Medium{.media_type = found->second.media_type, .bytes = bytes_of(found->second)};
}

}  // namespace vrkn::report
