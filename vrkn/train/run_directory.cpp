#include "vrkn/train/run_directory.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>

#include "vrkn/config/fields.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/train/system_report.h"
#include "vrkn/train/training_progress.h"

namespace vrkn {
namespace fs = std::filesystem;

namespace {

fs::path lock_file(const fs::path& run) {
  return run / ".vrkn-lock";
}

void refuse_unless_free(const fs::path& path) {
  if (RunDirectory::is_free(path)) return;
  throw DataError("The run directory " + path.string() +
                  " exists already; choose another with --out, or go on with it: vrkn train --resume " + path.string());
}

bool is_whole(const fs::path& checkpoint) {
  try {
    read_progress(checkpoint);
    return true;
  } catch (const DataError&) {
    return false;
  }
}

}  // namespace

RunDirectory RunDirectory::create(const fs::path& path, const ExperimentConfig& config,
                                  const std::string& command_line) {
  refuse_unless_free(path);
  RunDirectory run(path);
  run.lock();
  refuse_unless_free(path);  // somebody may have been faster
  // config.toml comes last: it makes the folder a run.
  write_file_atomically(path / "environment.json", system_report_json(config.seed, config.device, command_line));
  write_file_atomically(path / "config.toml", config::to_toml(config));
  return run;
}

RunDirectory RunDirectory::take_up(const fs::path& path) {
  RunDirectory run = open(path);
  run.lock();
  return run;
}

RunDirectory RunDirectory::open(const fs::path& path) {
  if (!exists(path)) throw DataError(path.string() + " is not a run directory: it has no config.toml.");
  return RunDirectory(path);
}

bool RunDirectory::is_free(const fs::path& path) {
  if (!fs::exists(path)) return true;
  if (!fs::is_directory(path)) return false;
  return std::ranges::all_of(fs::directory_iterator(path), [](const fs::directory_entry& entry) {
    const std::string name = entry.path().filename().string();
    return name.starts_with(".vrkn-") || name == "environment.json";
  });
}

bool RunDirectory::exists(const fs::path& path) {
  return fs::exists(path / "config.toml");
}

bool RunDirectory::is_in_use(const fs::path& path) {
  return FileLock::is_held(lock_file(path));
}

void RunDirectory::lock() {
  std::optional<FileLock> lock = FileLock::try_take(lock_file(path_));
  if (!lock) {
    throw DataError("The run directory " + path_.string() + " is in use by " + FileLock::holder(lock_file(path_)) +
                    "; one process at a time may write into it.");
  }
  lock_ = std::make_shared<const FileLock>(std::move(*lock));
}

ExperimentConfig RunDirectory::config(const std::vector<std::string>& overrides) const {
  return load_experiment(path_ / "config.toml", overrides);
}

fs::path RunDirectory::checkpoint(int64_t updates) const {
  char name[40];
  std::snprintf(name, sizeof(name), "update_%08lld.ckpt", static_cast<long long>(updates));
  return path_ / "checkpoints" / name;
}

std::vector<fs::path> RunDirectory::checkpoints() const {
  std::vector<fs::path> found;
  if (fs::is_directory(path_ / "checkpoints")) {
    for (const auto& entry : fs::directory_iterator(path_ / "checkpoints")) {
      if (entry.path().extension() == ".ckpt") found.push_back(entry.path());
    }
  }
  std::ranges::sort(found);
  return found;
}

fs::path RunDirectory::newest_checkpoint() const {
  const std::vector<fs::path> all = checkpoints();
  if (all.empty()) throw DataError(path_.string() + " holds no checkpoint.");
  try {
    read_progress(all.back());
    return all.back();
  } catch (const DataError& error) {
    const auto older = std::find_if(all.rbegin() + 1, all.rend(), is_whole);
    const std::string offer =
        older == all.rend() ? " No older checkpoint is whole."
                            : " The previous good one can be used instead: --checkpoint " + older->filename().string();
    throw DataError(error.what() + offer);
  }
}

void RunDirectory::prune_checkpoints(int64_t keep) const {
  std::vector<fs::path> all = checkpoints();
  for (size_t i = 0; i + static_cast<size_t>(keep) < all.size(); ++i) fs::remove(all[i]);
}

}  // namespace vrkn
