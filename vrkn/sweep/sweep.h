#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "vrkn/core/field.h"
#include "vrkn/run/experiment_config.h"
#include "vrkn/run/presets.h"
#include "vrkn/sweep/slurm_config.h"

namespace vrkn::sweep {

/// What a sweep file says beside the configurations of its runs.
struct SweepConfig {
  std::string name;
  std::string about;
  std::string base = run::kDefaultPreset;
  std::string data;
  double held_out = 0.1;
  int64_t processes = 0;
  int64_t threads = 1;
  SlurmConfig slurm = {};

  static constexpr void fields(auto& self, auto&& field) {
    field("name", self.name, "name of the sweep and of its folder under runs/; empty: the file's", anything());
    field("about", self.about, "what it is for, in one line", anything());
    field("base", self.base, "what all runs build on: a preset, or a configuration file beside this one", anything());
    field("data", self.data, "folder of episodes to learn from, as vrkn fit does; empty: by acting", anything());
    field("held_out", self.held_out, "share of these episodes to test with", half_open(0.0, 1.0));
    field("processes", self.processes, "runs side by side; 0: as many as there are processors for", at_least(0));
    field("threads", self.threads, "processors of one run: its key threads", at_least(1));
    field("slurm", self.slurm, "what to ask of Slurm");
  }
};

/// One run of a sweep.
struct SweepRun {
  std::string name;              ///< also of its folder
  run::ExperimentConfig config;  ///< resolved
  std::string data = {};         ///< the folder of its episodes; empty: it learns by acting
};

/// A sweep with all its runs resolved and checked.
struct Sweep {
  std::filesystem::path file;
  SweepConfig settings;
  std::vector<SweepRun> runs;  ///< in the order in which they are begun: the first seed of everything first
};

/// Reads a sweep file (docs/sweeps.md) and resolves every run: the base, then `threads`, then what the tables say:
/// `set`, `variants`, `grid`; then `overrides` ("key=value", for all runs). `settings` are overrides of the sweep's own
/// keys ("processes=2", "slurm.partition=night").
///
/// A run's device may be one that this machine lacks, because another may do the work; check_devices looks at that.
/// Throws DataError when a file cannot be read, and ConfigError with one line for each mistake.
Sweep load_sweep(const std::filesystem::path& file, const std::vector<std::string>& overrides = {},
                 const std::vector<std::string>& settings = {});

/// The sweep with those of its runs whose name is among `names`. Throws ConfigError for an unknown name, with the
/// nearest.
Sweep only(Sweep sweep, const std::vector<std::string>& names);

/// Throws ConfigError when a run's device is not on this machine.
void check_devices(const Sweep& sweep);

/// A configuration from its entries, whatever devices this machine has.
run::ExperimentConfig resolve(std::vector<config::Entry> entries);

}  // namespace vrkn::sweep
