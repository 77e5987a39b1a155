#include "vrkn/run/run_directory.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "vrkn/config/fields.h"
#include "vrkn/config/toml.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/core/json_text.h"
#include "vrkn/core/version.h"
#include "vrkn/run/fit_data.h"
#include "vrkn/run/system_report.h"
#include "vrkn/run/training_progress.h"

namespace vrkn::run {
namespace fs = std::filesystem;

namespace {

constexpr const char* kLock = ".lock";

bool is_whole(const fs::path& checkpoint) {
  try {
    read_progress(checkpoint);
    return true;
  } catch (const DataError&) {
    return false;
  }
}

std::shared_ptr<const FileLock> lock(const fs::path& run) {
  std::optional<FileLock> lock = FileLock::try_take(run / kLock);
  if (lock) return std::make_shared<const FileLock>(std::move(*lock));
  throw DataError("The run directory " + run.string() + " is in use by " + FileLock::holder(run / kLock) +
                  "; one process at a time may write into it.");
}

void remove_file(const fs::path& path) {
  std::error_code error;
  if (!fs::remove(path, error) && error) {
    throw DataError("cannot remove '" + path.string() + "': " + error.message());
  }
}

/// What a process that is gone left half written in `folder`.
void remove_temporary_files(const fs::path& folder) {
  for (const fs::path& file : files_in(folder, ".tmp")) {
    if (is_temporary_name(file.filename().string())) remove_file(file);
  }
}

/// The number that a file's name ends with, behind `prefix`: 300 for "update_00000300.ckpt". -1 where there is none.
int64_t number_of(const fs::path& file, std::string_view prefix) {
  const std::string stem = file.stem().string();
  if (!stem.starts_with(prefix)) return -1;
  int64_t number = -1;
  const char* end = stem.data() + stem.size();
  const auto [stop, error] = std::from_chars(stem.data() + prefix.size(), end, number);
  return error == std::errc() && stop == end ? number : -1;
}

/// Throws DataError when a later build made the run. A damaged environment.json is no reason not to read the rest.
void check_format(const fs::path& run) {
  std::error_code error;
  if (!fs::exists(run / "environment.json", error)) return;
  const auto report = nlohmann::json::parse(read_file(run / "environment.json"), nullptr, /*allow_exceptions=*/false);
  if (!report.is_object() || !report.contains("format") || !report["format"].is_number_integer()) return;
  const auto format = report["format"].get<int64_t>();
  if (format <= kRunFormat) return;
  const std::string maker = report.contains("vrkn") && report["vrkn"].is_string() ? report["vrkn"] : "a later one";
  throw DataError("The run directory " + run.string() + " has format " + std::to_string(format) +
                  " and was made by vrkn " + maker + "; this is vrkn " + std::string(version()) +
                  ", which reads formats up to " + std::to_string(kRunFormat) + ".");
}

std::set<std::string> keys_of(const std::string& toml, const fs::path& file) {
  std::set<std::string> keys;
  for (const config::Entry& entry : config::parse_toml(toml, file.string())) keys.insert(entry.key);
  return keys;
}

/// Adds to the list `changes` of environment.json. A damaged one is made anew: what is new is kept all the same.
void note_change(const fs::path& run, nlohmann::ordered_json change) {
  const fs::path path = run / "environment.json";
  auto report = nlohmann::ordered_json::parse(fs::exists(path) ? read_file(path) : "{}", nullptr,
                                              /*allow_exceptions=*/false);
  if (!report.is_object()) report = nlohmann::ordered_json::object();
  if (!report.contains("changes") || !report["changes"].is_array()) report["changes"] = nlohmann::json::array();
  report["changes"].push_back(std::move(change));
  report["format"] = kRunFormat;
  write_file_atomically(path, json_text(report, 2) + "\n");
}

}  // namespace

RunDirectory RunDirectory::create(const fs::path& path, const ExperimentConfig& config, const std::string& command_line,
                                  const FitData* data) {
  std::error_code error;
  if (!fs::exists(path, error)) make_folders(path);
  RunDirectory run(path);
  if (fs::is_directory(path)) run.lock_ = lock(path);
  if (!run.lock_ || !is_free(path)) {
    throw DataError("The run directory " + path.string() +
                    " exists already; choose another with --out, or go on with it: vrkn " +
                    (fs::exists(run.data()) ? "fit" : "train") + " --resume " + path.string());
  }
  sync_name(path);  // also where a life that was cut short made the folder
  remove_temporary_files(path);
  write_file_atomically(path / "environment.json", system_report_json(config.seed, config.device, command_line));
  if (data) {
    write_fit_data(run.data(), *data);
  } else {
    remove_file(run.data());
  }
  write_file_atomically(path / "config.toml", config::to_toml(config));
  return run;
}

bool RunDirectory::is_free(const fs::path& path) {
  if (!fs::exists(path)) return true;
  if (!fs::is_directory(path)) return false;
  return std::ranges::all_of(fs::directory_iterator(path), [&](const fs::directory_entry& entry) {
    const std::string name = entry.path().filename().string();
    return name == kLock || name == "environment.json" || name == "data.json" || is_temporary_name(name);
  });
}

bool RunDirectory::exists(const fs::path& path) {
  return fs::exists(path / "config.toml");
}

bool RunDirectory::is_in_use(const fs::path& path) {
  return FileLock::is_held(path / kLock);
}

RunDirectory RunDirectory::open(const fs::path& path) {
  if (!exists(path)) {
    throw DataError(path.string() + " is not a run directory: it has no config.toml.");
  }
  check_format(path);
  return RunDirectory(path);
}

RunDirectory RunDirectory::resume(const fs::path& path) {
  RunDirectory run = open(path);
  run.lock_ = lock(path);
  for (const fs::path& folder : {path, path / "checkpoints", run.episodes(), run.videos()}) {
    remove_temporary_files(folder);
  }
  return run;
}

ExperimentConfig RunDirectory::config(const std::vector<std::string>& overrides) const {
  return load_experiment(path_ / "config.toml", overrides);
}

void RunDirectory::change_config(const ExperimentConfig& config, const std::string& command_line) const {
  const std::vector<config::Difference> differences = config::differences(this->config(), config);
  if (differences.empty()) return;
  nlohmann::ordered_json change = {{"time", utc_now()}, {"command", command_line}, {"keys", nlohmann::json::object()}};
  for (const auto& [key, before, after] : differences) change["keys"][key] = {before, after};
  note_change(path_, std::move(change));
  write_file_atomically(path_ / "config.toml", config::to_toml(config));
}

RunDirectory::Migration RunDirectory::migrate(const std::string& command_line) const {
  const fs::path file = path_ / "config.toml";
  const std::string after = config::to_toml(config());
  const std::set<std::string> old_keys = keys_of(read_file(file), file), new_keys = keys_of(after, file);
  if (old_keys == new_keys) return {};
  Migration done;
  done.is_current = false;
  std::ranges::set_difference(new_keys, old_keys, std::back_inserter(done.added));
  std::ranges::set_difference(old_keys, new_keys, std::back_inserter(done.removed));
  note_change(path_, {{"time", utc_now()},
                      {"command", command_line},
                      {"migrated_to", std::string(version())},
                      {"added", done.added},
                      {"removed", done.removed}});
  write_file_atomically(file, after);
  return done;
}

fs::path RunDirectory::checkpoint(int64_t updates) const {
  char name[40];
  std::snprintf(name, sizeof(name), "update_%08lld.ckpt", static_cast<long long>(updates));
  return path_ / "checkpoints" / name;
}

std::vector<fs::path> RunDirectory::checkpoints() const {
  return files_in(path_ / "checkpoints", ".ckpt");
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

fs::path RunDirectory::find_checkpoint(const std::string& name) const {
  if (name.empty() || name == "last") return newest_checkpoint();
  fs::path wanted = path_ / "checkpoints" / name;
  if (name == "best") {
    const int64_t updates = read_progress(newest_checkpoint()).best_updates;
    if (updates < 0) throw DataError(path_.string() + " has no best checkpoint: it was not evaluated yet.");
    wanted = checkpoint(updates);
  } else if (std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; })) {
    wanted = checkpoint(std::atoll(name.c_str()));
  }
  if (fs::exists(wanted)) return wanted;
  std::string known;
  for (const fs::path& file : checkpoints()) known.append(" ").append(file.filename().string());
  throw DataError("There is no checkpoint " + wanted.string() +
                  "; allowed: last, best, a number of updates, or one of" + known);
}

void RunDirectory::prune_checkpoints(int64_t keep, int64_t best_updates) const {
  const std::vector<fs::path> all = checkpoints();
  for (size_t i = 0; i + static_cast<size_t>(keep) < all.size(); ++i) {
    if (all[i] != checkpoint(best_updates)) remove_file(all[i]);
  }
}

void RunDirectory::truncate(const TrainingProgress& progress) const {
  for (const fs::path& file : checkpoints()) {
    if (number_of(file, "update_") > progress.updates) remove_file(file);
  }
  for (const fs::path& file : files_in(episodes(), ".npz")) {
    if (number_of(file, "") >= progress.episodes) remove_file(file);
  }
}

void RunDirectory::check_present() const {
  if (!fs::exists(path_ / "config.toml")) {
    throw DataError("The run directory " + path_.string() + " has been removed; the run cannot go on.");
  }
}

}  // namespace vrkn::run
