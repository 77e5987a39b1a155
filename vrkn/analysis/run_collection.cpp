#include "vrkn/analysis/run_collection.h"

#include <set>

#include "vrkn/core/error.h"

namespace vrkn::analysis {
namespace {

namespace fs = std::filesystem;

/// Folders of a run that may hold thousands of files and no run.
bool is_run_folder(const fs::path& folder) {
  return fs::exists(folder / "config.toml") &&
         (fs::exists(folder / "metrics.jsonl") || fs::exists(folder / "environment.json"));
}

/// The folder itself and all below it, runs or what looks like the rest of one, with its real path.
void find_runs(const fs::path& folder, std::set<fs::path>& runs, std::set<fs::path>& remains) {
  if (is_run_folder(folder)) {
    runs.insert(fs::canonical(folder));
    return;
  }
  if (fs::exists(folder / "metrics.jsonl")) {
    remains.insert(fs::canonical(folder));
    return;
  }
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, fs::directory_options::skip_permission_denied, error)) {
    if (entry.is_directory(error) && !entry.is_symlink(error)) find_runs(entry.path(), runs, remains);
  }
}

/// What a run is called: its path below the folder that was named; the folder's own name when it is the run.
std::string name_below(const fs::path& run, const std::vector<fs::path>& folders) {
  for (const fs::path& folder : folders) {
    const fs::path below = run.lexically_relative(fs::canonical(folder));
    if (below == ".") break;
    if (!below.empty() && *below.begin() != "..") return below.string();
  }
  return run.filename().string();
}

}  // namespace

RunCollection::RunCollection(std::vector<fs::path> folders) : folders_(std::move(folders)) {
  for (const fs::path& folder : folders_) {
    if (!fs::is_directory(folder)) throw DataError("there is no folder '" + folder.string() + "'");
  }
}

bool RunCollection::refresh() {
  std::set<fs::path> runs, remains;
  for (const fs::path& folder : folders_) {
    if (fs::is_directory(folder)) find_runs(folder, runs, remains);
  }
  bool changed = std::erase_if(readers_, [&](const auto& entry) { return !runs.contains(entry.first); }) > 0;
  std::vector<SkippedRun> skipped;
  for (const fs::path& path : remains) skipped.push_back({path, "it holds metrics.jsonl, but no config.toml"});
  std::set<std::string> names;
  for (const fs::path& path : runs) {
    std::string name = name_below(path, folders_);
    if (!names.insert(name).second) name = path.string();
    try {
      std::unique_ptr<RunReader>& reader = readers_[path];
      if (reader) {
        changed |= reader->read();
      } else {
        reader = std::make_unique<RunReader>(path, name);
        changed = true;
      }
    } catch (const InputError& error) {
      skipped.push_back({path, error.what()});
      readers_.erase(path);
    }
  }
  changed |= skipped != skipped_;
  skipped_ = std::move(skipped);
  return changed;
}

std::vector<RunRecord> RunCollection::runs() const {
  std::vector<RunRecord> records;
  for (const auto& [path, reader] : readers_) records.push_back(reader->record());
  return records;
}

}  // namespace vrkn::analysis
