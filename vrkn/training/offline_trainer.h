#pragma once

#include <optional>
#include <vector>

#include "vrkn/evaluation/held_out.h"
#include "vrkn/evaluation/uncertainty_evaluation.h"
#include "vrkn/run/fit_data.h"
#include "vrkn/training/training_loop.h"

namespace vrkn::training {

/// Throws ConfigError when the agent is one that does not learn.
void check_learns(const agent::AgentConfig& agent);

/// The loop without a world: updates from logged episodes, and a look at the held-out ones when it is due. Stops and
/// resumes as Trainer does. In its records the updates stand in the place of environment steps.
class OfflineTrainer final : public TrainingLoop {
 public:
  /// Reads the files of `data`. `sinks` must outlive the trainer; on resuming they must stand where
  /// Checkpoint::progress().sink_positions says. Throws ConfigError for an agent that does not learn, DataError when
  /// the files are not those that `data` describes; as agent::make_agent.
  OfflineTrainer(run::ExperimentConfig config, run::RunDirectory directory, run::FitData data,
                 std::vector<MetricSink*> sinks, LoopHooks hooks = {});

  /// Takes up weights and progress of a checkpoint. Throws as Trainer::resume.
  void resume(const run::Checkpoint& checkpoint);

  /// Runs to the end or until a stop is requested, and leaves a checkpoint either way. Throws NumericalError,
  /// DataError and math::OutOfMemoryError as Trainer::run.
  RunOutcome run();

  /// The newest report; nothing when there was none since this object was made.
  const std::optional<evaluation::HeldOutReport>& report() const { return report_; }

  /// How sure the model is of what comes in the held-out episodes, and how right it is; see UncertaintyEvaluation.
  /// Empty accounts when none are held out. `hooks.stop_requested` may end it early: then nothing. Throws as
  /// UncertaintyEvaluation: ConfigError for bad options, NumericalError for a prediction that is not finite.
  std::optional<evaluation::UncertaintyEvaluation> calibration(evaluation::ForecastOptions options);

 private:
  RunOutcome run_to_end();
  bool evaluate_if_due();

  run::FitData data_;
  std::vector<data::Episode> held_out_;
  std::optional<evaluation::HeldOutReport> report_;
};

}  // namespace vrkn::training
