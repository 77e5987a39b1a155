#pragma once

#include <filesystem>
#include <string>

#include "vrkn/core/file_lock.h"
#include "vrkn/sweep/sweep.h"

namespace vrkn::sweep {

/// The folder of a sweep (docs/sweeps.md): a run directory for each run, and `.sweep` with what the sweep itself
/// leaves.
///
///   <run>/                  a run directory; the truth about the run
///   .sweep/configs/<run>.toml   what the run was begun with
///   .sweep/logs/<run>.log       what it printed, in all its lives
///   .sweep/failures/<run>.txt   why it failed, until it is tried again
///   .sweep/slurm/               what was given to Slurm, and what its tasks printed
///   .sweep/lock                 held by the sweep that works here
class SweepFolder {
 public:
  explicit SweepFolder(std::filesystem::path path) : path_(std::move(path)) {}

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path run(const std::string& name) const { return path_ / name; }
  std::filesystem::path config(const std::string& name) const { return own("configs", name + ".toml"); }
  std::filesystem::path log(const std::string& name) const { return own("logs", name + ".log"); }
  std::filesystem::path failure(const std::string& name) const { return own("failures", name + ".txt"); }
  std::filesystem::path slurm() const { return path_ / ".sweep" / "slurm"; }

  /// Makes this process the only one that runs a whole sweep here. Throws DataError naming who does already.
  FileLock lock() const;

  /// Throws ConfigError with a line for each run that was begun with another configuration than `sweep` has, naming the
  /// first key, and for each whose folder holds something else than a run.
  void check_agrees(const Sweep& sweep) const;

 private:
  std::filesystem::path own(const char* kind, const std::string& file) const { return path_ / ".sweep" / kind / file; }

  std::filesystem::path path_;
};

}  // namespace vrkn::sweep
