#include "vrkn/training/training_loop.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"
#include "vrkn/core/random.h"
#include "vrkn/data/batch_prefetch.h"
#include "vrkn/run/processor_setup.h"
#include "vrkn/training/process_sharing.h"

namespace vrkn::training {

TrainingLoop::TrainingLoop(run::ExperimentConfig config, std::optional<run::RunDirectory> directory,
                           std::vector<MetricSink*> sinks, LoopHooks hooks, parallel::ProcessGroup processes)
    : config_(std::move(config)),
      processes_(std::move(processes)),
      directory_(std::move(directory)),
      sinks_(std::move(sinks)),
      hooks_(std::move(hooks)) {
  check_shareable(config_, processes_);
}

c10::Device TrainingLoop::device() const {
  const c10::Device device(config_.device);
  if (processes_.is_alone() || !device.is_cuda()) return device;
  const auto device_count = static_cast<int64_t>(run::report_devices().cuda.size());
  if (processes_.local_rank() >= device_count) {
    throw ConfigError("the environment variable LOCAL_RANK is " + std::to_string(processes_.local_rank()) +
                      ", but must be below the number of CUDA devices here, " + std::to_string(device_count));
  }
  return {device.type(), static_cast<c10::DeviceIndex>(processes_.local_rank())};
}

void TrainingLoop::load(const run::Checkpoint& checkpoint) {
  checkpoint.check_resumable(config_);
  checkpoint.load_to_learn(*agent_);
  progress_ = checkpoint.progress();
  scale_learning_rates();
}

void TrainingLoop::set_rollbacks(int64_t count) {
  if (count == progress_.rollbacks) return;
  progress_.rollbacks = count;
  const double factor = scale_learning_rates();
  // Runs from files count updates.
  emit(MetricRecord{.kind = "rollback",
                    .env_step = progress_.env_steps > 0 ? progress_.env_steps : progress_.updates,
                    .iteration = progress_.iteration,
                    .metrics = {{"count", static_cast<double>(count)}, {"learning_rates/factor", factor}}});
}

double TrainingLoop::scale_learning_rates() {
  const double factor = std::pow(0.5, progress_.rollbacks);
  agent_->scale_learning_rates(factor);
  return factor;
}

bool TrainingLoop::synchronise(bool running) {
  if (processes_.any(!running)) return false;
  if (processes_.is_alone()) return true;
  agent_->all_reduce_gradients([processes = processes_](at::Tensor& gradient) { processes.average(gradient); });
  const bool first = processes_.is_rank_zero();
  const std::string state = processes_.broadcast(first ? run::checkpoint_content(*agent_, config_, progress_) : "");
  if (!first) {
    const run::Checkpoint received(state, "the first process");
    received.load_to_learn(*agent_);
    progress_ = received.progress();
    scale_learning_rates();
  }
  for (size_t i = 0; i < static_cast<size_t>(progress_.episodes); ++i) {
    auto episode = share_episode(processes_, first ? std::optional(replay_->episodes()[i]) : std::nullopt);
    if (!first) replay_->add(std::move(*episode));
  }
  return true;
}

bool TrainingLoop::learn(const std::function<void()>& before_update) {
  if (!agent_->learns()) return true;
  const run::TrainingConfig& training = config_.training;
  const auto begin = std::chrono::steady_clock::now();
  const int64_t left = training.updates - progress_.updates_in_iteration;
  data::BatchPrefetch batches(progress_.updates, progress_.updates + left, [&](int64_t update) {
    ScalarGenerator replay_stream(stream("replay", update));
    return replay_->sample(training.batch_size, training.sequence_length, replay_stream, processes_.process());
  });
  while (progress_.updates_in_iteration < training.updates) {
    if (processes_.any(stop_requested())) return false;
    if (before_update) before_update();
    math::TensorGenerator rng(stream("model", progress_.updates), agent_->device(), processes_.process());
    record_update(update(batches.next(), rng));
    ++progress_.updates;
    ++progress_.updates_in_iteration;
    report_progress(in_iteration("learning"), progress_.updates_in_iteration, training.updates);
  }
  learning_s_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return true;
}

agent::UpdateReport TrainingLoop::update(const data::Batch& batch, math::TensorGenerator& rng) {
  if (!config_.cuda.graph) return agent_->update(batch, rng);
  if (!graph_) graph_.emplace(*agent_, make_graph_capture());
  return graph_->update(batch, rng);
}

void TrainingLoop::record_update(const agent::UpdateReport& report) {
  at::Tensor values = report.values.to(at::kCPU, at::kDouble).contiguous();
  processes_.average(values);  // means over the shares of a batch; so all processes throw, or none
  if (progress_.metric_names.empty()) {
    progress_.metric_names = report.names;
    progress_.metric_sums.assign(report.names.size(), 0.0);
  }
  for (size_t i = 0; i < report.names.size(); ++i) {
    const double value = values.data_ptr<double>()[i];
    if (!std::isfinite(value)) {
      const std::string what = std::isnan(value) ? "nan" : std::to_string(value);  // without the sign of a NaN
      throw NumericalError(report.names[i] + " became " + what + " at update " + std::to_string(progress_.updates) +
                           kRunStops + ".");
    }
    progress_.metric_sums[i] += value;
  }
}

void TrainingLoop::finish_iteration(int64_t env_step, const std::vector<Metric>& others) {
  MetricRecord record{.kind = "train", .env_step = env_step, .iteration = progress_.iteration + 1, .metrics = {}};
  const auto updates = static_cast<double>(std::max<int64_t>(progress_.updates_in_iteration, 1));
  for (size_t i = 0; i < progress_.metric_names.size(); ++i) {
    record.metrics.push_back({progress_.metric_names[i], progress_.metric_sums[i] / updates});
  }
  record.metrics.insert(record.metrics.end(), others.begin(), others.end());
  record.metrics.push_back({"time/update_s", learning_s_ / updates});
  emit(record);

  const bool is_best =
      progress_.evaluated_iteration == progress_.iteration && progress_.best_updates == progress_.updates;
  ++progress_.iteration;
  progress_.updates_in_iteration = 0;
  progress_.metric_sums.assign(progress_.metric_names.size(), 0.0);
  learning_s_ = 0.0;
  if (is_best || progress_.iteration % config_.training.checkpoint_every == 0) save();
}

void TrainingLoop::save(const agent::Agent* snapshot) {
  if (!processes_.is_rank_zero()) return;
  directory_->check_present();
  progress_.sink_positions.clear();
  for (MetricSink* sink : sinks_) {
    sink->flush();
    progress_.sink_positions.push_back(sink->position());
  }
  run::write_checkpoint(directory_->checkpoint(progress_.updates), *agent_, config_, progress_, snapshot);
  directory_->prune_checkpoints(config_.training.keep_checkpoints, progress_.best_updates);
}

void TrainingLoop::report_progress(const std::string& what, int64_t done, int64_t total) const {
  if (hooks_.on_progress) hooks_.on_progress(what, done, total);
}

std::string TrainingLoop::in_iteration(std::string_view what) const {
  return "iteration " + std::to_string(progress_.iteration + 1) + "/" + std::to_string(config_.training.iterations) +
         ", " + std::string(what);
}

void TrainingLoop::note_evaluation(double score) {
  if (!std::isfinite(score)) {
    throw NumericalError("the evaluation after update " + std::to_string(progress_.updates) + " gave " +
                         std::to_string(score) + kRunStops + ".");
  }
  progress_.evaluated_iteration = progress_.iteration;
  if (progress_.best_updates >= 0 && score < progress_.best_score) return;
  progress_.best_score = score;
  progress_.best_updates = progress_.updates;
}

bool TrainingLoop::evaluation_is_due() const {
  const bool due = is_last_iteration() || (progress_.iteration + 1) % config_.evaluation.every == 0;
  return due && progress_.evaluated_iteration != progress_.iteration;
}

uint64_t TrainingLoop::stream(std::string_view name, int64_t index) const {
  return derive_seed(static_cast<uint64_t>(config_.seed), name, static_cast<uint64_t>(index));
}

}  // namespace vrkn::training
