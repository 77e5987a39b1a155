#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "vrkn/evaluation/evaluation.h"
#include "vrkn/evaluation/evaluation_film.h"
#include "vrkn/training/training_loop.h"

namespace vrkn::training {

/// Callbacks of the caller. Each may be empty.
struct TrainerHooks {
  std::function<bool()> stop_requested;
  std::function<void(std::string_view what, int64_t done, int64_t total)> on_progress;
  /// After every reset and step of the last evaluation, per environment: to film it.
  std::function<void(size_t environment, env::Environment&)> on_last_evaluation;
  /// After the last evaluation and before a checkpoint knows of it: to finish the film.
  std::function<void()> on_last_evaluation_end;
};

/// Makes one instance of the world to act in.
using EnvironmentFactory = std::function<std::unique_ptr<env::Environment>()>;

/// The loop: random episodes first; then, per iteration, updates from replay, one episode collected, an evaluation when
/// it is due. It can be stopped anywhere and resumes from the checkpoint it leaves as if it had not been interrupted:
/// where it stands is a set of counters, and every random stream is a function of them.
///
/// With training.async_collection the episode is collected by another thread while the updates run, with the weights
/// from before them; it joins the replay when both are done. The result is still a function of seed and configuration,
/// but not the same one: the policy that collects is one iteration older.
class Trainer final : public TrainingLoop {
 public:
  /// `sinks` must outlive the trainer; on resuming they must stand where Checkpoint::progress().sink_positions says.
  /// `make_world` makes as many worlds as are needed, all alike; by default the one that config.environment describes.
  /// Of several `processes` the first one has the directory, and sinks that are written to; the others need none.
  /// Throws ConfigError for names of sensors that env::check_sensors refuses, for what several processes cannot share
  /// (TrainingLoop) and for a LOCAL_RANK without a CUDA device; and what `make_world` and agent::make_agent throw.
  Trainer(run::ExperimentConfig config, std::optional<run::RunDirectory> directory, std::vector<MetricSink*> sinks,
          TrainerHooks hooks = {}, EnvironmentFactory make_world = {}, parallel::ProcessGroup processes = {});

  /// In the first process: takes up weights, progress and episodes of a checkpoint. Throws DataError when an episode is
  /// missing or damaged, or the weights do not fit, ConfigError when the configuration is one that the run cannot go on
  /// with (resumable.h).
  void resume(const run::Checkpoint& checkpoint);

  /// Runs to the end or until a stop is requested, and leaves a checkpoint either way. First removes later checkpoints
  /// and episodes that an earlier process or attempt left behind, for they are made anew. Throws NumericalError naming
  /// the loss or the evaluation's score that is not finite, and the last checkpoint stays the newest; what
  /// evaluation::run_episodes throws, SimulationError among them, also where a film cannot be drawn; DataError when the
  /// run's folder has been removed, the disk refuses or no episode is as long as the sequences; math::OutOfMemoryError
  /// where the system gave no more memory; ProcessError when another process of the run has ended.
  RunOutcome run();

 private:
  RunOutcome run_to_end();
  // The phases of the loop. Each goes on where the progress stands, and returns false when a stop was requested.
  bool prefill();
  bool collect();
  bool learn_and_collect();
  bool evaluate_if_due();

  std::optional<data::Episode> play_episode(agent::Agent& agent, agent::ActOptions options);
  /// How the agent acts while collecting.
  agent::ActOptions collecting(math::TensorGenerator& rng) const;
  /// Adds the first process's episode to the replays of all. False where it has none, because it was stopped.
  bool broadcast_and_add(std::optional<data::Episode> episode);
  void add(data::Episode episode);
  bool has_episode() const { return progress_.episodes > config_.training.prefill_episodes + progress_.iteration; }
  /// The agent that the episode of the iteration under way is collected with, where it is not `agent_` any more.
  const agent::Agent* snapshot_in_use() const;
  bool evaluate_and_record();
  void film_step(evaluation::EvaluationFilm& film, size_t number, env::Environment& environment) const;
  void record_evaluation(const evaluation::Evaluation& evaluation);
  void record_reconstructions();

  std::function<void(size_t environment, env::Environment&)> on_last_evaluation_;
  std::function<void()> on_last_evaluation_end_;
  EnvironmentFactory make_world_;
  std::unique_ptr<agent::Agent> snapshot_;  // the agent when the iteration began; with training.async_collection only
  std::optional<env::EnvironmentPool> collection_;  // one environment
  std::optional<env::EnvironmentPool> evaluation_;  // made when first needed
};

}  // namespace vrkn::training
