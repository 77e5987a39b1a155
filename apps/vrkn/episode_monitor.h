#pragma once

#include <cstdint>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "vrkn/data/episode.h"
#include "vrkn/run/monitor_file.h"

namespace vrkn::app {

/// --fit-monitor, --monitor and what goes with the first.
struct MonitorOptions {
  bool fit = false, check = false;
  int64_t window = 10;
  double false_alarms = 0.05;

  void add_options(CLI::App& command);
};

/// The prediction errors of the episodes that an evaluation plays, against the threshold of a run's monitor or to make
/// one. Does nothing where the options ask for neither.
class EpisodeMonitor {
 public:
  /// Throws ConfigError for a run without a world model, DataError where a monitor is to be checked and there is none.
  EpisodeMonitor(const MonitorOptions& options, const run::TrainedRun& run, int64_t seed);

  bool is_on() const { return options_.fit || options_.check; }
  void add(const data::Episode& episode, math::TensorGenerator& rng);
  /// After the last episode: writes the run's monitor.json where one is to be made. Throws DataError when no sensor was
  /// heard.
  void finish();

  nlohmann::ordered_json summary() const;
  void print() const;

 private:
  double share_above() const;

  MonitorOptions options_;
  const run::TrainedRun& run_;
  run::MonitorFile monitor_;
  std::vector<double> means_;  // of the latest errors, at every step
};

}  // namespace vrkn::app
