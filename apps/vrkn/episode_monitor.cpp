#include "apps/vrkn/episode_monitor.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "apps/vrkn/options.h"
#include "vrkn/analysis/detection.h"
#include "vrkn/analysis/statistics.h"
#include "vrkn/core/error.h"
#include "vrkn/evaluation/prediction_error.h"
#include "vrkn/run/checkpoint.h"

namespace vrkn::app {

void MonitorOptions::add_options(CLI::App& command) {
  auto* fit_option =
      command.add_flag("--fit-monitor", fit,
                       "keep in the run above which prediction error the world is taken for another than this one");
  command.add_flag("--monitor", check, "tell how many steps lie above that threshold")->excludes(fit_option);
  add_count(command, "--window", window, "steps that the monitor's error is the mean of")
      ->needs(fit_option)
      ->check(CLI::PositiveNumber);
  command.add_option("--false-alarms", false_alarms, "share of the steps above the threshold where it is made")
      ->needs(fit_option)
      ->capture_default_str()
      ->type_name("SHARE");
}

EpisodeMonitor::EpisodeMonitor(const MonitorOptions& options, const run::TrainedRun& run, int64_t seed)
    : options_(options), run_(run) {
  if (!is_on()) return;
  const std::string name = run.directory.path().string();
  if (!run.has_model()) throw ConfigError("the agent of " + name + " has no world model, so it expects nothing");
  if (options.fit) {
    open_share("--false-alarms", options.false_alarms);
    monitor_ = {.updates = run.progress.updates,
                .checkpoint = run::checkpoint_hash(run.checkpoint),
                .seed = seed,
                .window = options.window,
                .false_alarms = options.false_alarms};
    return;
  }
  const std::optional<run::MonitorFile> found = run::find_monitor(run);
  if (!found) {
    throw DataError(fmt::format("{} has no monitor for the weights of {}; vrkn eval --fit-monitor makes one", name,
                                run.checkpoint.filename().string()));
  }
  if (found->seed == seed) {
    throw ConfigError(fmt::format(
        "the monitor of {} was made from the episodes of --seed {}, so it cannot be tried on them: give another seed",
        name, seed));
  }
  monitor_ = *found;
}

void EpisodeMonitor::add(const data::Episode& episode, math::TensorGenerator& rng) {
  if (!is_on()) return;
  const std::vector<double> means =
      analysis::recent_means(evaluation::prediction_errors(run_.model(), episode, rng), monitor_.window);
  std::ranges::copy_if(means, std::back_inserter(means_), [](double mean) { return !std::isnan(mean); });
  if (options_.fit) ++monitor_.episodes;
}

void EpisodeMonitor::finish() {
  if (!is_on()) return;
  if (means_.empty()) {
    throw DataError("no sensor of " + run_.directory.path().string() + " was heard, so there is nothing to monitor");
  }
  if (!options_.fit) return;
  monitor_.threshold = analysis::quantile(means_, 1.0 - monitor_.false_alarms);
  run::write_monitor(run_.directory.monitor(), monitor_);
}

double EpisodeMonitor::share_above() const {
  return analysis::share_above(means_, monitor_.threshold);
}

nlohmann::ordered_json EpisodeMonitor::summary() const {
  return {{"window", monitor_.window},
          {"threshold", monitor_.threshold},
          {"mean_error", analysis::mean(means_)},
          {"share_above", share_above()}};
}

void EpisodeMonitor::print() const {
  if (!is_on()) return;
  fmt::print("prediction error, mean over {} steps: {:.3f}; above the threshold of {:.3f}: {:.1f} % of the steps\n",
             monitor_.window, analysis::mean(means_), monitor_.threshold, 100.0 * share_above());
  if (options_.fit) fmt::print("monitor: {}\n", run_.directory.monitor().string());
}

}  // namespace vrkn::app
