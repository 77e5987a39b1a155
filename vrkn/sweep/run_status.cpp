#include "vrkn/sweep/run_status.h"

#include <vector>

#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/run/fit_data.h"
#include "vrkn/run/run_directory.h"
#include "vrkn/run/training_progress.h"

namespace vrkn::sweep {
namespace {

namespace fs = std::filesystem;

/// `progress` is what the metrics say: they are on the disk before the checkpoint that follows them, so a run of which
/// they do not have all cannot be finished, and its checkpoint need not be read.
bool is_finished(const run::RunDirectory& run, const run::TrainingConfig& training, const RunProgress& progress) {
  const std::vector<fs::path> checkpoints = run.checkpoints();
  if (checkpoints.empty() || progress.iteration < training.iterations) return false;
  try {
    const run::TrainingProgress last = run::read_progress(checkpoints.back());
    if (last.iteration < training.iterations) return false;
    if (!run.is_offline()) return last.episodes >= training.prefill_episodes;
    return fs::exists(run.calibration()) || run::read_fit_data(run.data()).held_out.empty();
  } catch (const DataError&) {
    return false;  // whoever goes on with the run will say what is wrong with it
  }
}

}  // namespace

std::string_view to_text(RunState state) {
  switch (state) {
    case RunState::kNotBegun:
      return "not begun";
    case RunState::kNoCheckpoint:
      return "no checkpoint";
    case RunState::kUnfinished:
      return "unfinished";
    case RunState::kRunning:
      return "running";
    case RunState::kFinished:
      return "finished";
    case RunState::kFailed:
      return "failed";
  }
  return "";
}

RunStatus status_of(const SweepFolder& folder, const SweepRun& run) {
  const fs::path path = folder.run(run.name);
  const run::TrainingConfig& training = run.config.training;
  RunStatus status{.name = run.name, .iterations = training.iterations, .progress = {}};
  if (run::RunDirectory::exists(path)) {
    const run::RunDirectory directory = run::RunDirectory::open(path);
    analysis::MetricsFile metrics(directory.metrics());
    status.progress = follow(metrics);
    if (is_finished(directory, training, status.progress)) {
      status.state = RunState::kFinished;
      return status;
    }
    status.state = directory.checkpoints().empty() ? RunState::kNoCheckpoint : RunState::kUnfinished;
  }
  if (run::RunDirectory::is_in_use(path)) {
    status.state = RunState::kRunning;
  } else if (fs::exists(folder.failure(run.name))) {
    status.state = RunState::kFailed;
    status.note = read_file(folder.failure(run.name));
    status.note.erase(status.note.find_last_not_of('\n') + 1);
  }
  return status;
}

std::vector<RunStatus> inspect(const SweepFolder& folder, const Sweep& sweep) {
  std::vector<RunStatus> all;
  for (const SweepRun& run : sweep.runs) all.push_back(status_of(folder, run));
  return all;
}

}  // namespace vrkn::sweep
