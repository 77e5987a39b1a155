#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vrkn/agent/agent.h"
#include "vrkn/core/metrics.h"
#include "vrkn/data/replay.h"
#include "vrkn/parallel/process_group.h"
#include "vrkn/run/checkpoint.h"
#include "vrkn/run/experiment_config.h"
#include "vrkn/run/run_directory.h"
#include "vrkn/training/update_graph.h"

namespace vrkn::training {

/// Callbacks of the caller. Each may be empty.
struct LoopHooks {
  std::function<bool()> stop_requested;
  std::function<void(std::string_view what, int64_t done, int64_t total)> on_progress;
};

/// Whether a run came to its configured end, or was stopped before.
enum class RunOutcome { kFinished, kStopped };
/// The end of the messages of errors that end a run.
inline constexpr const char* kRunStops = "; the run stops, its last checkpoint is kept";

/// What the loops that learn have in common: updates from replay, the means of what they report, checkpoints. Where a
/// loop stands is a set of counters, and every random stream is a function of them.
///
/// Several processes may run one loop together (docs/training-in-parallel.md). All of them learn, each from its share
/// of every batch; the first one alone acts, evaluates and writes, and tells the others what they need to know.
class TrainingLoop {
 public:
  const run::TrainingProgress& progress() const { return progress_; }
  /// That the run has gone back `count` times, for run_with_rollbacks: learning rates are halved as often, and where
  /// that is news a record says so. After resume(), if at all, and before run().
  void set_rollbacks(int64_t count);
  /// The agent that learns.
  agent::Agent& agent() { return *agent_; }

 protected:
  /// `directory`: of the first process; the others have none. Throws ConfigError for what several processes cannot
  /// share: a batch that is no multiple of their number, cuda.graph, Dreamer's bound_returns.
  TrainingLoop(run::ExperimentConfig config, std::optional<run::RunDirectory> directory, std::vector<MetricSink*> sinks,
               LoopHooks hooks, parallel::ProcessGroup processes);
  ~TrainingLoop() = default;

  /// The device of this process: of several CUDA devices that of its number on its machine. Throws ConfigError where
  /// there is none for it.
  c10::Device device() const;
  /// Weights and progress of a checkpoint, to go on from. Throws ConfigError as Checkpoint::check_resumable.
  void load(const run::Checkpoint& checkpoint);
  /// Before the first update, when the first process has its agent, episodes and progress: the others take them over.
  /// `running` is the first process's: false when a stop was requested there. False when it was in any.
  bool synchronise(bool running);
  /// The updates of the iteration under way that are still to be done; the replay must not change meanwhile. False when
  /// a stop was requested. What `before_update` throws, if there is one, ends it.
  bool learn(const std::function<void()>& before_update = {});
  /// The "train" record with the means over the iteration's updates, and `others` behind them; then the iteration is
  /// over, and a checkpoint is written when it is due.
  void finish_iteration(int64_t env_step, const std::vector<Metric>& others);
  /// Gives a record to every sink.
  template <class Record>
  void emit(const Record& record) {
    for (MetricSink* sink : sinks_) sink->write(record);
  }
  /// Writes a checkpoint; `snapshot` as in write_checkpoint.
  void save(const agent::Agent* snapshot = nullptr);

  /// Whether the caller asks for a stop.
  bool stop_requested() const { return hooks_.stop_requested && hooks_.stop_requested(); }
  /// Tells the caller how much of a phase is done.
  void report_progress(const std::string& what, int64_t done, int64_t total) const;
  /// "iteration 3/10, " and `what`.
  std::string in_iteration(std::string_view what) const;
  /// The seed of stream `index` of this name under the run's seed (derive_seed).
  uint64_t stream(std::string_view name, int64_t index) const;
  /// Whether the iteration under way is the last one.
  bool is_last_iteration() const { return progress_.iteration + 1 >= config_.training.iterations; }
  /// The iteration under way has its evaluation. The checkpoint of the greatest score is kept.
  void note_evaluation(double score);
  /// Whether the iteration under way is one that ends with an evaluation, and has none yet.
  bool evaluation_is_due() const;

  run::ExperimentConfig config_;
  parallel::ProcessGroup processes_;
  std::optional<run::RunDirectory> directory_;  // of the first process
  std::vector<MetricSink*> sinks_;
  LoopHooks hooks_;
  std::unique_ptr<agent::Agent> agent_;
  std::optional<data::Replay> replay_;
  run::TrainingProgress progress_;

 private:
  /// Learning rates of the rollbacks in the progress. Returns their factor.
  double scale_learning_rates();
  agent::UpdateReport update(const data::Batch& batch, math::TensorGenerator& rng);
  void record_update(const agent::UpdateReport& report);

  std::optional<UpdateGraph> graph_;  // with cuda.graph

  double learning_s_ = 0.0;  // of the iteration under way
};

}  // namespace vrkn::training
