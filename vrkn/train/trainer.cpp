#include "vrkn/train/trainer.h"

#include <chrono>
#include <cmath>

#include <ATen/ATen.h>

#include "vrkn/agent/make_agent.h"
#include "vrkn/core/error.h"
#include "vrkn/core/random.h"
#include "vrkn/env/make_environment.h"
#include "vrkn/train/device_report.h"
#include "vrkn/train/evaluation.h"
#include "vrkn/train/reconstruction.h"

namespace vrkn {
namespace {

Environments make_worlds(const EnvironmentFactory& make_world, int64_t count) {
  Environments worlds;
  for (int64_t i = 0; i < count; ++i) worlds.push_back(make_world());
  return worlds;
}

}  // namespace

Trainer::Trainer(ExperimentConfig config, RunDirectory directory, std::vector<MetricSink*> sinks, TrainerHooks hooks,
                 EnvironmentFactory make_world)
    : config_(std::move(config)),
      directory_(std::move(directory)),
      sinks_(std::move(sinks)),
      hooks_(std::move(hooks)),
      make_world_(std::move(make_world)) {
  if (!make_world_) make_world_ = [this] { return make_environment(config_.environment); };
  collection_.emplace(make_worlds(make_world_, 1));
  check_sensors(collection_->spec().sensors);
  const EnvironmentSpec& spec = collection_->spec();
  agent_ = make_agent(config_.agent, config_.world_model(), spec, stream("weights", 0), c10::Device(config_.device));
  replay_.emplace(spec.sensors, spec.action_size, directory_.episodes());
}

void Trainer::resume(const std::filesystem::path& checkpoint) {
  progress_ = read_checkpoint(checkpoint, *agent_);
  replay_->load(progress_.episodes);
}

RunOutcome Trainer::run() {
  bool going = collect_initial_episodes();
  while (going && progress_.iteration < config_.training.iterations) {
    going = learn() && collect() && evaluate_if_due();
    if (going) finish_iteration();
  }
  save();
  return going ? RunOutcome::kFinished : RunOutcome::kStopped;
}

bool Trainer::collect_initial_episodes() {
  const int64_t wanted = config_.training.initial_episodes;
  const auto random = make_agent(RandomConfig{}, config_.world_model(), collection_->spec(), /*seed=*/0, c10::kCPU);
  while (progress_.episodes < wanted) {
    Rng rng(stream("exploration", progress_.episodes));
    if (!collect_episode(*random, {.rng = rng})) return false;
    emit({.kind = "collect",
          .env_step = progress_.env_steps,
          .iteration = progress_.iteration,
          .metrics = {{"return", replay_->episodes().back().episode_return()}}});
    report_progress("random episodes", progress_.episodes, wanted);
  }
  if (progress_.updates == 0) {
    const std::span<const Episode> initial(replay_->episodes().data(), static_cast<size_t>(wanted));
    agent_->set_statistics(sensor_statistics(initial, collection_->spec().sensors));
  }
  return true;
}

bool Trainer::learn() {
  if (!agent_->learns()) return true;
  const TrainingConfig& training = config_.training;
  const auto begin = std::chrono::steady_clock::now();
  while (progress_.updates_in_iteration < training.updates) {
    if (stop_requested()) return false;
    RandomStream replay_stream(stream("replay", progress_.updates));
    Rng rng(stream("model", progress_.updates), agent_->device());
    record_update(agent_->update(replay_->sample(training.batch_size, training.sequence_length, replay_stream), rng));
    ++progress_.updates;
    ++progress_.updates_in_iteration;
    report_progress("learning", progress_.updates_in_iteration, training.updates);
  }
  learning_s_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return true;
}

void Trainer::record_update(const UpdateReport& report) {
  const at::Tensor values = report.values.to(at::kCPU, at::kDouble).contiguous();
  if (progress_.metric_names.empty()) {
    progress_.metric_names = report.names;
    progress_.metric_sums.assign(report.names.size(), 0.0);
  }
  for (size_t i = 0; i < report.names.size(); ++i) {
    const double value = values.data_ptr<double>()[i];
    if (!std::isfinite(value)) {
      throw NumericalError(report.names[i] + " became " + std::to_string(value) + " at update " +
                           std::to_string(progress_.updates) + "; the run stops, its last checkpoint is kept.");
    }
    progress_.metric_sums[i] += value;
  }
}

bool Trainer::collect() {
  const int64_t wanted = config_.training.initial_episodes + progress_.iteration + 1;
  if (progress_.episodes >= wanted) return true;
  Rng rng(stream("exploration", progress_.episodes), agent_->device());
  return collect_episode(
      *agent_,
      {.rng = rng, .dropout = true, .exploration_noise = config_.training.exploration_noise, .sample_policy = true});
}

bool Trainer::collect_episode(Agent& agent, ActOptions options) {
  const EnvironmentSpec& spec = collection_->spec();
  const uint64_t seeds[] = {stream("environment", progress_.episodes)};
  int64_t steps = 0;
  const DriverHooks hooks{
      .on_step = [&](size_t, Environment&,
                     const Observation&) { report_progress("collecting", steps++, spec.step_limit); },
      .stop_requested = hooks_.stop_requested};
  auto episodes = run_episodes(agent, *collection_, seeds, options, hooks);
  if (!episodes) return false;
  progress_.env_steps += (episodes->front().length() - 1) * spec.action_repeat;
  replay_->add(std::move(episodes->front()));
  ++progress_.episodes;
  return true;
}

bool Trainer::evaluate_if_due() {
  const bool due = is_last_iteration() || (progress_.iteration + 1) % config_.evaluation.every == 0;
  if (!due || progress_.evaluated_iteration == progress_.iteration) return true;
  if (!evaluation_) {
    evaluation_.emplace(make_worlds(make_world_, config_.evaluation.episodes), thread_count(config_.threads));
  }
  int64_t steps = 0;
  const int64_t step_limit = collection_->spec().step_limit;
  const bool film = is_last_iteration() && hooks_.on_last_evaluation;
  const DriverHooks hooks{.on_step =
                              [&](size_t i, Environment& environment, const Observation&) {
                                if (i == 0) report_progress("evaluating", steps++, step_limit);
                                if (film) hooks_.on_last_evaluation(i, environment);
                              },
                          .stop_requested = hooks_.stop_requested};
  const auto evaluation = evaluate(*agent_, *evaluation_, stream("evaluation", progress_.iteration), hooks);
  if (!evaluation) return false;
  progress_.last_return = evaluation->mean();
  progress_.evaluated_iteration = progress_.iteration;
  emit({.kind = "evaluate",
        .env_step = progress_.env_steps,
        .iteration = progress_.iteration + 1,
        .metrics = {{"return", evaluation->mean()},
                    {"return/std", evaluation->std()},
                    {"return/median", evaluation->median()},
                    {"episodes", static_cast<double>(evaluation->returns.size())}}});
  record_reconstructions();
  return true;
}

void Trainer::record_reconstructions() {
  WorldModel* model = agent_->world_model();
  if (model == nullptr || !model->reconstructs()) return;
  // The newest episode's first steps, as one training sequence.
  const Episode& episode = replay_->episodes().back();
  const auto first_steps = [&](const at::Tensor& steps) {
    return steps.narrow(0, 0, std::min(config_.training.sequence_length, steps.size(0))).unsqueeze(0);
  };
  Batch batch{{}, first_steps(episode.actions), first_steps(episode.rewards).unsqueeze(-1)};
  for (const Readings& readings : episode.observations) batch.observations.push_back(map(first_steps, readings));
  batch = batch.to(agent_->device());
  constexpr int64_t kColumns = 12;
  for (size_t s = 0; s < model->sensors().size(); ++s) {
    if (model->sensors()[s].kind != SensorKind::kImage) continue;
    Rng rng(stream("reconstruction", progress_.iteration), agent_->device());
    const ImageRecord record{.name = "reconstruction/" + model->sensors()[s].name,
                             .env_step = progress_.env_steps,
                             .image = reconstruction_strip(*model, s, batch, kColumns, rng)};
    for (MetricSink* sink : sinks_) sink->write(record);
  }
}

void Trainer::finish_iteration() {
  MetricRecord record{
      .kind = "train", .env_step = progress_.env_steps, .iteration = progress_.iteration + 1, .metrics = {}};
  const auto updates = static_cast<double>(std::max<int64_t>(progress_.updates_in_iteration, 1));
  for (size_t i = 0; i < progress_.metric_names.size(); ++i) {
    record.metrics.push_back({progress_.metric_names[i], progress_.metric_sums[i] / updates});
  }
  record.metrics.push_back({"return", replay_->episodes().back().episode_return()});
  record.metrics.push_back({"time/update_s", learning_s_ / updates});
  emit(std::move(record));

  ++progress_.iteration;
  progress_.updates_in_iteration = 0;
  progress_.metric_sums.assign(progress_.metric_names.size(), 0.0);
  learning_s_ = 0.0;
  if (progress_.iteration % config_.training.checkpoint_every == 0) save();
}

void Trainer::emit(MetricRecord record) {
  for (MetricSink* sink : sinks_) sink->write(record);
}

void Trainer::save() {
  progress_.sink_positions.clear();
  for (MetricSink* sink : sinks_) {
    sink->flush();
    progress_.sink_positions.push_back(sink->position());
  }
  write_checkpoint(directory_.checkpoint(progress_.updates), *agent_, progress_);
  directory_.prune_checkpoints(config_.training.keep_checkpoints);
}

void Trainer::report_progress(std::string_view what, int64_t done, int64_t total) const {
  if (!hooks_.on_progress) return;
  const std::string iteration =
      std::to_string(progress_.iteration + 1) + "/" + std::to_string(config_.training.iterations);
  const bool initial = progress_.episodes < config_.training.initial_episodes;
  hooks_.on_progress((initial ? "" : "iteration " + iteration + ", ") + std::string(what), done, total);
}

uint64_t Trainer::stream(std::string_view name, int64_t index) const {
  return derive_seed(static_cast<uint64_t>(config_.seed), name, static_cast<uint64_t>(index));
}

}  // namespace vrkn
