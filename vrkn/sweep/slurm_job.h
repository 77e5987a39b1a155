#pragma once

#include <string>
#include <vector>

#include "vrkn/sweep/run_status.h"
#include "vrkn/sweep/sweep_folder.h"

namespace vrkn::sweep {

/// `text` as one word of a shell.
std::string shell_word(const std::string& text);

/// A batch script for `sbatch`: a job array with one task for each run of `sweep`. `command` is `vrkn sweep FILE ...`
/// as words; a task adds `--only <run>`. Tasks may be preempted: Slurm queues them again, and so do they themselves
/// after their time is up, when SIGTERM comes a minute before the limit. Throws ConfigError for a folder whose name
/// cannot stand in a line #SBATCH.
std::string slurm_script(const Sweep& sweep, const SweepFolder& folder, const std::vector<std::string>& command);

/// Writes the script into the folder, gives it to `sbatch` and returns the job's number. Throws ConfigError when there
/// is no `sbatch`, when it refuses, and when an earlier job of this sweep is still queued or running.
std::string submit_to_slurm(const Sweep& sweep, const SweepFolder& folder, const std::vector<std::string>& command);

}  // namespace vrkn::sweep
