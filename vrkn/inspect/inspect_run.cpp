#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/data/episode_file.h"
#include "vrkn/inspect/inspect_files.h"
#include "vrkn/run/checkpoint.h"
#include "vrkn/run/resumable.h"
#include "vrkn/run/run_directory.h"

namespace vrkn::inspect {
namespace {

namespace fs = std::filesystem;

/// The newest checkpoint that is whole.
std::optional<run::Checkpoint> newest_whole(const std::vector<fs::path>& checkpoints) {
  for (auto path = checkpoints.rbegin(); path != checkpoints.rend(); ++path) {
    try {
      return std::optional<run::Checkpoint>(*path);
    } catch (const InputError&) {
      continue;  // its own inspection says why
    }
  }
  return std::nullopt;
}

int64_t size_of(const fs::path& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  return error ? 0 : static_cast<int64_t>(size);
}

/// A file that grows must reach as far as the checkpoint says. What is beyond, a resume writes again.
void compare_length(const fs::path& file, int64_t position, Inspection& inspection) {
  const std::string name = file.filename().string();
  const int64_t size = size_of(file);
  if (size < position) {
    inspection.faults.push_back(
        fmt::format("{} has {} bytes, but the newest checkpoint was written after {}", name, size, position));
  } else if (size > position) {
    inspection.facts.push_back({fmt::format("bytes of {} after the newest checkpoint", name), size - position});
  }
}

void compare_episodes(const run::RunDirectory& run, int64_t episodes, Inspection& inspection) {
  const auto found = static_cast<int64_t>(files_in(run.episodes(), ".npz").size());
  for (int64_t number = 0; number < episodes; ++number) {
    const std::string name = data::episode_name(number) + ".npz";
    if (!fs::exists(run.episodes() / name)) {
      inspection.faults.push_back(
          fmt::format("episodes/{} is missing; the newest checkpoint knows {}", name, episodes));
      return;
    }
  }
  if (found > episodes) {
    inspection.facts.push_back({"episodes after the newest checkpoint", found - episodes});
  }
}

/// Whether what stands in the folder beside the newest checkpoint fits it.
void compare(const run::RunDirectory& run, const run::Checkpoint& newest, Inspection& inspection) {
  const run::TrainingProgress& progress = newest.progress();
  if (progress.sink_positions.size() >= 2) {
    compare_length(run.metrics(), progress.sink_positions[0], inspection);
    compare_length(run.events(), progress.sink_positions[1], inspection);
  }
  if (!run.is_offline()) compare_episodes(run, progress.episodes, inspection);
  if (progress.best_updates >= 0 && !fs::exists(run.checkpoint(progress.best_updates))) {
    inspection.faults.push_back(
        fmt::format("the best checkpoint, {}, is missing", run.checkpoint(progress.best_updates).filename().string()));
  }
  newest.check_resumable(run.config());
}

void add_progress(const run::TrainingProgress& progress, const run::ExperimentConfig& config, Inspection& inspection) {
  const bool finished = progress.iteration >= config.training.iterations;
  inspection.facts.insert(inspection.facts.end(),
                          {{"state", std::string(finished ? "finished" : "can be resumed")},
                           {"iterations", fmt::format("{} of {}", progress.iteration, config.training.iterations)},
                           {"updates", progress.updates},
                           {"environment steps", progress.env_steps}});
  if (progress.best_updates < 0) return;
  inspection.facts.push_back({"best evaluation", progress.best_score});
  inspection.facts.push_back({"after updates", progress.best_updates});
}

void add_parts(const run::RunDirectory& run, Inspection& inspection) {
  const fs::path& path = run.path();
  const auto add = [&](auto inspect_one, const fs::path& file) {
    inspection.parts.push_back(inspect_one(file, fs::relative(file, path).string()));
  };
  add(inspect_config, path / "config.toml");
  add(inspect_json, path / "environment.json");
  for (const fs::path& file : {run.data(), run.held_out(), run.recalibration(), run.monitor()}) {
    if (fs::exists(file)) add(inspect_json, file);
  }
  add(inspect_metrics, run.metrics());
  add(inspect_events, run.events());
  for (const fs::path& file : run.checkpoints()) add(inspect_checkpoint, file);
  for (const fs::path& file : files_in(run.episodes(), ".npz")) add(inspect_arrays, file);
  for (const fs::path& file : files_in(run.videos(), ".mp4")) add(inspect_video, file);
}

}  // namespace

Inspection inspect_run(const fs::path& path, const std::string& name) {
  Inspection inspection{.name = name, .what = "a run"};
  if (!fs::exists(path / "config.toml")) {
    inspection.faults.emplace_back("config.toml is missing, so the run cannot go on");
    return inspection;
  }
  const run::RunDirectory run = run::RunDirectory::open(path);
  if (run.is_offline()) inspection.what = "a run that learns from files";
  add_parts(run, inspection);
  // Of the configuration and of where it was made, the run shows the same as these files.
  for (const size_t part : {0, 1}) {
    for (const Fact& fact : inspection.parts[part].facts) {
      const bool wanted =
          std::ranges::count(std::vector<std::string>{"task", "model", "agent", "seed", "nearest preset",
                                                      "keys that differ from it", "commit", "started"},
                             fact.name) > 0;
      const bool known = std::ranges::count(inspection.facts, fact.name, &Fact::name) > 0;
      if (wanted && !known) inspection.facts.push_back(fact);
    }
  }
  const std::optional<run::Checkpoint> newest = newest_whole(run.checkpoints());
  if (!newest) {
    inspection.facts.push_back({"state", std::string("no checkpoint yet")});
    return inspection;
  }
  try {
    add_progress(newest->progress(), run.config(), inspection);
    compare(run, *newest, inspection);
  } catch (const InputError& fault) {
    inspection.faults.emplace_back(fault.what());
  }
  return inspection;
}

}  // namespace vrkn::inspect
