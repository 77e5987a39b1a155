#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vrkn/core/field.h"

namespace vrkn::sweep {

/// What a sweep asks of Slurm for each of its runs. Empty texts and zeros leave the choice to the cluster.
struct SlurmConfig {
  std::string partition;
  std::string account;
  std::string time;
  std::string mem;
  int64_t cpus = 0;
  int64_t gpus = 0;
  int64_t max_parallel = 0;
  std::vector<std::string> options;

  static constexpr void fields(auto& self, auto&& field) {
    field("partition", self.partition, "where to run; empty: the cluster's default");
    field("account", self.account, "who pays; empty: the user's default");
    field("time", self.time, "limit of one turn, such as 4:00:00; a run that needs longer is queued again", anything());
    field("mem", self.mem, "memory of one run, such as 4G", anything());
    field("cpus", self.cpus, "processors of one run; 0: as many as its threads", at_least(0));
    field("gpus", self.gpus, "graphics cards of one run", at_least(0));
    field("max_parallel", self.max_parallel, "runs at the same time; 0: as many as the cluster allows", at_least(0));
    field("options", self.options, "more options of sbatch, such as --constraint=a100", anything());
  }
  /// Throws ConfigError for a value that cannot stand in a line #SBATCH: with other characters than letters, digits and
  /// _ . , : = @ / + -.
  void validate() const;
};

}  // namespace vrkn::sweep
