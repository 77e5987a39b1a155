#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "vrkn/agent/agent.h"
#include "vrkn/core/metrics.h"
#include "vrkn/data/replay.h"
#include "vrkn/train/checkpoint.h"
#include "vrkn/train/driver.h"
#include "vrkn/train/experiment_config.h"
#include "vrkn/train/run_directory.h"

namespace vrkn {

/// What the surroundings of a run may want to know or say. All may be empty.
struct TrainerHooks {
  std::function<bool()> stop_requested;
  std::function<void(std::string_view what, int64_t done, int64_t total)> on_progress;
  /// After every reset and step of the last evaluation, per environment: to film it.
  std::function<void(size_t environment, Environment&)> on_last_evaluation;
};

/// Makes one instance of the world to act in.
using EnvironmentFactory = std::function<std::unique_ptr<Environment>()>;

enum class RunOutcome { kFinished, kStopped };

/// The loop: random episodes first; then, per iteration, updates from replay, one episode collected, an evaluation when
/// it is due. It can be stopped anywhere and goes on, from the checkpoint it leaves, as if it never had been: where it
/// stands is a set of counters, and every random stream is a function of them.
class Trainer {
 public:
  /// `sinks` must outlive the trainer; on resuming they must stand where
  /// read_progress(checkpoint).sink_positions says.
  /// `make_world` makes as many worlds as are needed, all alike; by default the one that config.environment describes.
  Trainer(ExperimentConfig config, RunDirectory directory, std::vector<MetricSink*> sinks, TrainerHooks hooks = {},
          EnvironmentFactory make_world = {});

  /// Takes up weights, progress and episodes of a checkpoint. Throws DataError.
  void resume(const std::filesystem::path& checkpoint);

  /// Runs to the end or until a stop is requested, and leaves a checkpoint either way. Throws NumericalError naming the
  /// first loss that is not finite; the last good checkpoint then stays the newest.
  RunOutcome run();

  const TrainingProgress& progress() const { return progress_; }
  Agent& agent() { return *agent_; }

 private:
  // The phases of the loop. Each goes on where the progress stands, and returns false when a stop was requested.
  bool collect_initial_episodes();
  bool learn();
  bool collect();
  bool evaluate_if_due();
  void finish_iteration();

  bool collect_episode(Agent& agent, ActOptions options);
  void record_update(const UpdateReport& report);
  void record_reconstructions();
  void emit(MetricRecord record);
  void save();
  bool stop_requested() const { return hooks_.stop_requested && hooks_.stop_requested(); }
  void report_progress(std::string_view what, int64_t done, int64_t total) const;
  uint64_t stream(std::string_view name, int64_t index) const;
  bool is_last_iteration() const { return progress_.iteration + 1 >= config_.training.iterations; }

  ExperimentConfig config_;
  RunDirectory directory_;
  std::vector<MetricSink*> sinks_;
  TrainerHooks hooks_;
  EnvironmentFactory make_world_;
  std::optional<EnvironmentPool> collection_;  // one environment
  std::optional<EnvironmentPool> evaluation_;  // made when first needed
  std::unique_ptr<Agent> agent_;
  std::optional<Replay> replay_;
  TrainingProgress progress_;
  double learning_s_ = 0.0;  // of the iteration under way
};

}  // namespace vrkn
