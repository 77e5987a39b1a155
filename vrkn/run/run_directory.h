#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "vrkn/core/file_lock.h"
#include "vrkn/run/experiment_config.h"

namespace vrkn::run {

struct FitData;
struct TrainingProgress;

/// The format of the run directories that this build makes, the number `format` in environment.json. It grows when
/// older builds could not read a directory any more. Directories of all formats up to it can be read; those of builds
/// that wrote no number are of format 1.
inline constexpr int64_t kRunFormat = 1;

/// A run as a folder that explains itself; docs/run-directory.md says what each of its files holds. A run belongs to
/// one process at a time: objects of create() and resume(), and their copies, hold the folder's lock.
class RunDirectory {
 public:
  /// Makes the folder with config.toml, environment.json and, for a run that learns from files, data.json. config.toml
  /// comes last: a folder without one is no run yet, and what a crash left in it is made anew. Throws DataError when
  /// the folder holds anything else, belongs to another process, or the disk refuses.
  static RunDirectory create(const std::filesystem::path& path, const ExperimentConfig& config,
                             const std::string& command_line, const FitData* data = nullptr);
  /// An existing run, to read from. Throws DataError when it holds no config.toml, or is of a later format.
  static RunDirectory open(const std::filesystem::path& path);
  /// An existing run, to go on with; temporary files that a crash left behind are removed. Throws as open(), and when
  /// another process has it.
  static RunDirectory resume(const std::filesystem::path& path);

  /// Whether `create` would find its place: nothing is there, or no more than a crash within `create` leaves.
  static bool is_free(const std::filesystem::path& path);
  /// Whether there is a run.
  static bool exists(const std::filesystem::path& path);
  /// Whether a process writes there now. Throws as FileLock::is_held.
  static bool is_in_use(const std::filesystem::path& path);

  /// The configuration the run was made with, with `key=value` overrides on top: another device, say. Throws
  /// ConfigError; DataError when config.toml cannot be read.
  ExperimentConfig config(const std::vector<std::string>& overrides = {}) const;

  /// Gives a run that goes on another configuration: config.toml has it from now on, and environment.json says when and
  /// by which command line which keys changed. Does nothing where none did. What may change: resumable.h. Throws as
  /// config(), and DataError when the disk refuses.
  void change_config(const ExperimentConfig& config, const std::string& command_line) const;

  /// What `migrate` did to config.toml.
  struct Migration {
    bool is_current = true;            ///< nothing was to be done
    std::vector<std::string> added;    ///< keys that had no entry, with the values that they had all the same
    std::vector<std::string> removed;  ///< keys by names that they no longer have
  };
  /// Where config.toml has other keys than this version writes: writes it with all keys by their present names, with
  /// the values that the run has. environment.json says when and by which command line that happened. Throws as
  /// change_config.
  Migration migrate(const std::string& command_line) const;

  /// The folder; then paths of files in it, which need not exist.
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path metrics() const { return path_ / "metrics.jsonl"; }
  std::filesystem::path events() const { return path_ / "events.out.tfevents.vrkn"; }
  std::filesystem::path episodes() const { return path_ / "episodes"; }
  std::filesystem::path videos() const { return path_ / "videos"; }
  std::filesystem::path data() const { return path_ / "data.json"; }
  std::filesystem::path held_out() const { return path_ / "held-out.json"; }
  std::filesystem::path calibration() const { return path_ / "calibration"; }
  std::filesystem::path recalibration() const { return path_ / "recalibration.json"; }
  std::filesystem::path monitor() const { return path_ / "monitor.json"; }

  /// Whether the run learns from files (OfflineTrainer) and not by acting (Trainer).
  bool is_offline() const { return std::filesystem::exists(data()); }

  /// Where a checkpoint after that many updates goes.
  std::filesystem::path checkpoint(int64_t updates) const;
  /// All checkpoints, oldest first.
  std::vector<std::filesystem::path> checkpoints() const;
  /// The newest checkpoint. Throws DataError when there is none, and, when it is damaged, names it and the newest older
  /// one that is whole.
  std::filesystem::path newest_checkpoint() const;
  /// The checkpoint called "last" (or nothing), "best", by its number of updates, or by its file's name. Throws
  /// DataError naming those there are when there is no such one.
  std::filesystem::path find_checkpoint(const std::string& name) const;
  /// Removes all but the newest `keep` checkpoints and the best, that after `best_updates`. Throws DataError when one
  /// cannot be removed.
  void prune_checkpoints(int64_t keep, int64_t best_updates) const;

  /// Removes what came after `progress`: later checkpoints and later episodes. A run that goes on from there makes them
  /// anew. Throws DataError when one cannot be removed.
  void truncate(const TrainingProgress& progress) const;

  /// Throws DataError when the folder has been removed: writing on would only make fragments of it.
  void check_present() const;

 private:
  explicit RunDirectory(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;
  std::shared_ptr<const FileLock> lock_;  // none where the run is only read
};

}  // namespace vrkn::run
