#include "vrkn/report/page/media_items.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "vrkn/core/error.h"
#include "vrkn/core/file.h"

namespace vrkn::report {
namespace {

namespace fs = std::filesystem;

constexpr size_t kImaginedEpisodes = 2;
constexpr const char* kReconstruction = "reconstruction/";

/// Another text whenever the file is another.
std::string version_of(const fs::path& file) {
  std::error_code error;
  const auto time = fs::last_write_time(file, error).time_since_epoch().count();
  return fmt::format("{} {} {}", file.string(), time, fs::file_size(file, error));
}

/// What an ending promises; empty for other files.
std::string media_type_of(const fs::path& file) {
  const std::string ending = file.extension().string();
  if (ending == ".png") return "image/png";
  if (ending == ".svg") return "image/svg+xml";
  if (ending == ".mp4") return "video/mp4";
  return {};
}

/// The files of a folder, sorted.
std::vector<fs::path> entries_of(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, fs::directory_options::skip_permission_denied, error)) {
    if (!entry.is_symlink(error)) entries.push_back(entry.path());
  }
  std::ranges::sort(entries);
  return entries;
}

/// The labels of the runs in a summary of `vrkn imagine`; nothing when the file is no such summary.
std::optional<std::vector<std::string>> imagined_runs(const fs::path& summary) {
  if (!fs::is_regular_file(summary)) return std::nullopt;
  const auto json = nlohmann::json::parse(read_file(summary), /*callback=*/nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("runs") || !json["runs"].is_array()) return std::nullopt;
  std::vector<std::string> labels;
  for (const auto& run : json["runs"]) {
    if (!run.is_object() || !run.contains("label") || !run["label"].is_string()) return std::nullopt;
    labels.push_back(run["label"].get<std::string>());
  }
  return labels;
}

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

MediaItem media_item_of(const fs::path& file, std::string title, std::string caption, const fs::path& run) {
  const std::string type = media_type_of(file);
  return {.kind = type.starts_with("video") ? MediaItem::Kind::kVideo : MediaItem::Kind::kPicture,
          .title = std::move(title),
          .caption = std::move(caption),
          .run = run,
          .media_type = type,
          .file = file,
          .version = version_of(file)};
}

}  // namespace

bool MediaCollection::refresh() {
  media_items_.clear();
  calibrations_.clear();
  skipped_.clear();
  for (const fs::path& folder : folders_) {
    if (fs::is_directory(folder)) visit(fs::canonical(folder), fs::canonical(folder), {});
  }
  std::string versions;
  for (const MediaItem& media_item : media_items_) versions += media_item.version + '\n';
  for (const CalibrationItem& item : calibrations_) versions += item.version + '\n';
  for (const analysis::SkippedRun& skipped : skipped_) versions += skipped.reason + '\n';
  std::swap(versions, versions_);
  return versions != versions_;
}

/// Everything at and below a folder; `root` is the folder that was named, `run` the run directory around it.
void MediaCollection::visit(const fs::path& folder, const fs::path& root, const fs::path& run) {
  const bool is_run = run.empty() && fs::exists(folder / "config.toml");
  const fs::path& owner = is_run ? folder : run;
  if (is_run) add_run(folder);
  const fs::path below = folder.lexically_relative(run.empty() ? root : run);
  const std::string title = below == "." ? folder.filename().string() : below.string();
  if (const fs::path file = folder / "calibration.json"; fs::exists(file)) {
    try {
      calibrations_.push_back({title, owner, analysis::read_calibration(file), version_of(file)});
    } catch (const DataError& error) {
      skipped_.push_back({file, error.what()});
    }
  }
  if (imagined_runs(folder / "summary.json")) {
    add_imagined(folder, title, owner);
    return;
  }
  for (const fs::path& entry : entries_of(folder)) {
    // These hold thousands of files and nothing to show.
    if (!fs::is_directory(entry) || entry.filename() == "episodes" || entry.filename() == "checkpoints") continue;
    visit(entry, root, owner);
  }
}

void MediaCollection::add_run(const fs::path& run) {
  const fs::path events = run / "events.out.tfevents.vrkn";
  EventPictures& pictures = events_.try_emplace(run, events).first->second;
  try {
    pictures.read();
  } catch (const DataError& error) {
    skipped_.push_back({events, error.what()});
  }
  for (const auto& [name, picture] : pictures.newest()) {
    if (!name.starts_with(kReconstruction)) continue;
    media_items_.push_back(
        {.kind = MediaItem::Kind::kPicture,
         .title = fmt::format("reconstruction of {}", name.substr(std::string_view(kReconstruction).size())),
         .caption =
             fmt::format("After {} steps. First row: what was observed, grey where the reading is missing; second: "
                         "reconstructed from the smoothed beliefs; third: from the posterior ones.",
                         picture.env_step),
         .wide = true,
         .run = run,
         .media_type = "image/png",
         .file = events,
         .bytes = picture.encoded,
         .version = fmt::format("{} {} {} {}", run.string(), name, picture.env_step, picture.encoded.size())});
  }
  if (const fs::path video = run / "videos" / "last-evaluation.mp4"; fs::exists(video)) {
    media_items_.push_back(media_item_of(video, "last evaluation", "The first episode of the last evaluation.", run));
  }
}

/// What `vrkn imagine` has written (docs/offline.md): per episode a folder with files named after the sensors.
void MediaCollection::add_imagined(const fs::path& folder, const std::string& title, const fs::path& run) {
  const std::string labels = joined(*imagined_runs(folder / "summary.json"));
  size_t episodes = 0;
  for (const fs::path& episode : entries_of(folder)) {
    if (!fs::is_directory(episode) || ++episodes > kImaginedEpisodes) continue;
    for (const fs::path& file : entries_of(episode)) {
      const std::string ending = file.extension().string(), stem = file.stem().string();
      const std::string name = fmt::format("{}, episode {}, {}", title, episode.filename().string(), stem);
      const bool has_video = fs::exists(episode / (stem + ".mp4")), has_figure = fs::exists(episode / (stem + ".svg"));
      if (ending == ".mp4") {
        media_items_.push_back(media_item_of(
            file, name, "Left the truth, then what is imagined by " + labels + "; green while it sees.", run));
      } else if (ending == ".svg") {
        media_items_.push_back(
            media_item_of(file, name,
                          "The truth in black, and imagined by " + labels +
                              ", with two standard deviations. Left of the dashed line the models see.",
                          run));
      } else if (ending == ".png" && stem.ends_with("-reconstructions")) {
        media_items_.push_back(media_item_of(
            file, name, "First row the truth, second what was seen, then reconstructed by " + labels + ".", run));
      } else if (ending == ".png" && has_video && !has_figure) {
        media_items_.push_back(media_item_of(file, name,
                                             "First row the truth, then imagined by " + labels +
                                                 ". Left of the gap the models see, right of it they imagine.",
                                             run));
      } else {
        continue;
      }
      media_items_.back().wide = ending != ".mp4";
    }
  }
}

}  // namespace vrkn::report
