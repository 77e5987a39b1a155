#include "vrkn/training/offline_trainer.h"

#include "vrkn/agent/averaged_weights.h"
#include "vrkn/agent/make_agent.h"
#include "vrkn/core/error.h"
#include "vrkn/math/out_of_memory.h"

namespace vrkn::training {
void check_learns(const agent::AgentConfig& agent) {
  if (std::holds_alternative<agent::RandomConfig>(agent)) {
    throw ConfigError("agent.kind is random, which does not learn; allowed: planet, dreamer");
  }
}

OfflineTrainer::OfflineTrainer(run::ExperimentConfig config, run::RunDirectory directory, run::FitData data,
                               std::vector<MetricSink*> sinks, LoopHooks hooks)
    : TrainingLoop(std::move(config), std::move(directory), std::move(sinks), std::move(hooks),
                   parallel::ProcessGroup()),
      data_(std::move(data)) {
  check_learns(config_.agent);
  const env::EnvironmentSpec spec{
      .name = "log", .sensors = data_.layout.sensors, .action_size = data_.layout.action_size};
  agent_ =
      agent::make_agent(config_.agent, config_.world_model(), spec, stream("weights", 0), c10::Device(config_.device));
  replay_.emplace(spec.sensors, spec.action_size);
  for (data::Episode& episode : run::read_episodes(data_.training, data_)) replay_->add(std::move(episode));
  held_out_ = run::read_episodes(data_.held_out, data_);
}

void OfflineTrainer::resume(const run::Checkpoint& checkpoint) {
  load(checkpoint);
}

RunOutcome OfflineTrainer::run() {
  return math::explaining_lack_of_memory(kRunStops, [this] { return run_to_end(); });
}

RunOutcome OfflineTrainer::run_to_end() {
  directory_->truncate(progress_);
  if (progress_.updates == 0) {
    agent_->set_statistics(data::sensor_statistics(replay_->episodes(), data_.layout.sensors));
  }
  bool running = true;
  while (running && progress_.iteration < config_.training.iterations) {
    running = learn() && evaluate_if_due();
    if (running) finish_iteration(progress_.updates, {});
  }
  save();
  return running ? RunOutcome::kFinished : RunOutcome::kStopped;
}

bool OfflineTrainer::evaluate_if_due() {
  if (held_out_.empty() || !evaluation_is_due()) return true;
  if (stop_requested()) return false;
  const agent::AveragedWeights averaged(*agent_);
  math::TensorGenerator rng(stream("held_out", 0),
                            agent_->device());  // every time the same: the reports can be compared
  report_ = evaluation::evaluate_held_out(*agent_->world_model(), held_out_, config_.training.sequence_length, rng);
  note_evaluation(report_->bound.back().value);
  MetricRecord record{.kind = "held_out",
                      .env_step = progress_.updates,
                      .iteration = progress_.iteration + 1,
                      .metrics = report_->bound};
  for (const evaluation::StepErrors& error : report_->errors) {
    const auto steps = static_cast<int64_t>(error.by_step.size());
    record.metrics.push_back({"open_loop/" + error.name, error.mean(report_->context, steps)});
  }
  for (const evaluation::StepErrors& error : report_->moving) {
    const auto steps = static_cast<int64_t>(error.by_step.size());
    record.metrics.push_back({"moving/" + error.name, error.mean(report_->context, steps)});
  }
  emit(record);
  evaluation::write_held_out(directory_->held_out(), *report_, progress_.updates);
  return true;
}

std::optional<evaluation::UncertaintyEvaluation> OfflineTrainer::calibration(evaluation::ForecastOptions options) {
  const agent::AveragedWeights averaged(*agent_);
  evaluation::UncertaintyEvaluation evaluation(*agent_->world_model(), options);
  const auto total = static_cast<int64_t>(held_out_.size());
  for (int64_t i = 0; i < total; ++i) {
    if (stop_requested()) return std::nullopt;
    report_progress("calibration", i, total);
    math::TensorGenerator rng(stream("calibration", i), agent_->device());
    evaluation.add(held_out_[static_cast<size_t>(i)], rng);
  }
  return evaluation;
}

}  // namespace vrkn::training
