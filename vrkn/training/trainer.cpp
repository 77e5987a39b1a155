#include "vrkn/training/trainer.h"

#include <algorithm>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "vrkn/agent/averaged_weights.h"
#include "vrkn/agent/make_agent.h"
#include "vrkn/core/error.h"
#include "vrkn/core/random.h"
#include "vrkn/env/make_environment.h"
#include "vrkn/evaluation/reconstruction.h"
#include "vrkn/math/compute_threads.h"
#include "vrkn/math/out_of_memory.h"
#include "vrkn/run/processor_setup.h"
#include "vrkn/training/background_episode.h"
#include "vrkn/training/process_sharing.h"

namespace vrkn::training {
namespace {

env::Environments make_worlds(const EnvironmentFactory& make_world, int64_t count) {
  env::Environments worlds;
  for (int64_t i = 0; i < count; ++i) worlds.push_back(make_world());
  return worlds;
}

}  // namespace

Trainer::Trainer(run::ExperimentConfig config, std::optional<run::RunDirectory> directory,
                 std::vector<MetricSink*> sinks, TrainerHooks hooks, EnvironmentFactory make_world,
                 parallel::ProcessGroup processes)
    : TrainingLoop(std::move(config), std::move(directory), std::move(sinks),
                   {std::move(hooks.stop_requested), std::move(hooks.on_progress)}, std::move(processes)),
      on_last_evaluation_(std::move(hooks.on_last_evaluation)),
      on_last_evaluation_end_(std::move(hooks.on_last_evaluation_end)),
      make_world_(std::move(make_world)) {
  if (!make_world_) make_world_ = [this] { return env::make_environment(config_.environment); };
  collection_.emplace(make_worlds(make_world_, 1));
  env::check_sensors(collection_->spec().sensors);
  const env::EnvironmentSpec& spec = collection_->spec();
  agent_ = agent::make_agent(config_.agent, config_.world_model(), spec, stream("weights", 0), device());
  if (config_.training.async_collection && processes_.is_rank_zero()) {
    snapshot_ = agent::make_agent(config_.agent, config_.world_model(), spec, /*seed=*/0, device());
  }
  replay_.emplace(spec.sensors, spec.action_size, directory_ ? directory_->episodes() : std::filesystem::path());
}

void Trainer::resume(const run::Checkpoint& checkpoint) {
  load(checkpoint);
  replay_->load(progress_.episodes);
  if (snapshot_in_use() != nullptr) checkpoint.load_snapshot(*snapshot_);
}

RunOutcome Trainer::run() {
  return math::explaining_lack_of_memory(kRunStops, [this] { return run_to_end(); });
}

RunOutcome Trainer::run_to_end() {
  if (directory_) directory_->truncate(progress_);
  bool running = synchronise(!processes_.is_rank_zero() || prefill());
  while (running && progress_.iteration < config_.training.iterations) {
    running = (config_.training.async_collection ? learn_and_collect() : learn() && collect()) && evaluate_if_due();
    if (running) finish_iteration(progress_.env_steps, {{"return", replay_->episodes().back().episode_return()}});
  }
  save(snapshot_in_use());
  return running ? RunOutcome::kFinished : RunOutcome::kStopped;
}

bool Trainer::prefill() {
  const int64_t wanted = config_.training.prefill_episodes;
  const auto random =
      agent::make_agent(agent::RandomConfig{}, config_.world_model(), collection_->spec(), /*seed=*/0, c10::kCPU);
  while (progress_.episodes < wanted) {
    math::TensorGenerator rng(stream("exploration", progress_.episodes));
    std::optional<data::Episode> episode = play_episode(*random, {.rng = rng});
    if (!episode) return false;
    add(std::move(*episode));
    emit(MetricRecord{.kind = "collect",
                      .env_step = progress_.env_steps,
                      .iteration = progress_.iteration,
                      .metrics = {{"return", replay_->episodes().back().episode_return()}}});
    report_progress("random episodes", progress_.episodes, wanted);
  }
  if (progress_.updates == 0) {
    const std::span<const data::Episode> initial(replay_->episodes().data(), static_cast<size_t>(wanted));
    agent_->set_statistics(data::sensor_statistics(initial, collection_->spec().sensors));
  }
  return true;
}

bool Trainer::collect() {
  if (has_episode()) return true;
  math::TensorGenerator rng(stream("exploration", progress_.episodes), agent_->device());
  std::optional<data::Episode> episode;
  if (processes_.is_rank_zero()) {
    const agent::AveragedWeights averaged(*agent_);
    episode = play_episode(*agent_, collecting(rng));
  }
  return broadcast_and_add(std::move(episode));
}

bool Trainer::learn_and_collect() {
  if (has_episode()) return true;  // adding it is an iteration's last step, so the updates are done
  if (!processes_.is_rank_zero()) return learn() && broadcast_and_add(std::nullopt);
  if (snapshot_in_use() == nullptr) {
    run::copy_agent(*agent_, *snapshot_);
    snapshot_->exchange_averages();
  }
  math::TensorGenerator rng(stream("exploration", progress_.episodes), snapshot_->device());
  const uint64_t seeds[] = {stream("environment", progress_.episodes)};
  BackgroundEpisode background([&](const evaluation::EpisodeHooks& hooks) -> std::optional<data::Episode> {
    auto episodes = evaluation::run_episodes(*snapshot_, *collection_, seeds, collecting(rng), hooks);
    return episodes ? std::optional(std::move(episodes->front())) : std::nullopt;
  });
  {
    const math::ComputeThreads others(std::max(1, at::get_num_threads() - 1));
    if (!learn([&] { background.check(); })) return false;
  }
  int64_t steps = 0;
  while (const auto more = background.wait_for_more_than(steps)) {
    if (stop_requested()) return broadcast_and_add(std::nullopt);
    steps = *more;
    report_progress(in_iteration("collecting"), steps, collection_->spec().step_limit);
  }
  return broadcast_and_add(background.take());
}

bool Trainer::broadcast_and_add(std::optional<data::Episode> episode) {
  episode = share_episode(processes_, std::move(episode));
  if (!episode) return false;
  add(std::move(*episode));
  return true;
}

const agent::Agent* Trainer::snapshot_in_use() const {
  return snapshot_ && progress_.updates_in_iteration > 0 && !has_episode() ? snapshot_.get() : nullptr;
}

agent::ActOptions Trainer::collecting(math::TensorGenerator& rng) const {
  return {.rng = rng, .dropout = true, .exploration_noise = config_.training.exploration_noise, .sample_policy = true};
}

std::optional<data::Episode> Trainer::play_episode(agent::Agent& agent, agent::ActOptions options) {
  const env::EnvironmentSpec& spec = collection_->spec();
  const uint64_t seeds[] = {stream("environment", progress_.episodes)};
  int64_t steps = 0;
  const bool initial = progress_.episodes < config_.training.prefill_episodes;
  const std::string what = initial ? "collecting" : in_iteration("collecting");
  const evaluation::EpisodeHooks hooks{
      .on_step = [&](size_t, env::Environment&,
                     const env::Observation&) { report_progress(what, steps++, spec.step_limit); },
      .stop_requested = hooks_.stop_requested};
  auto episodes = evaluation::run_episodes(agent, *collection_, seeds, options, hooks);
  if (!episodes) return std::nullopt;
  return std::move(episodes->front());
}

void Trainer::add(data::Episode episode) {
  if (directory_) directory_->check_present();
  progress_.env_steps += (episode.length() - 1) * collection_->spec().action_repeat;
  replay_->add(std::move(episode));
  ++progress_.episodes;
}

bool Trainer::evaluate_if_due() {
  if (!evaluation_is_due()) return true;
  const bool running = !processes_.is_rank_zero() || evaluate_and_record();
  if (processes_.any(!running)) return false;
  progress_.evaluated_iteration = progress_.iteration;
  return true;
}

bool Trainer::evaluate_and_record() {
  if (!evaluation_) {
    evaluation_.emplace(make_worlds(make_world_, config_.evaluation.episodes), run::thread_count(config_.threads));
  }
  const agent::AveragedWeights averaged(*agent_);
  int64_t steps = 0;
  const int64_t step_limit = collection_->spec().step_limit;
  evaluation::EvaluationFilm film(step_limit);
  const evaluation::EpisodeHooks hooks{.on_step =
                                           [&](size_t i, env::Environment& environment, const env::Observation&) {
                                             if (i == 0)
                                               report_progress(in_iteration("evaluating"), steps++, step_limit);
                                             if (config_.evaluation.film) film_step(film, i, environment);
                                           },
                                       .stop_requested = hooks_.stop_requested};
  const auto evaluation = evaluate(*agent_, *evaluation_, stream("evaluation", progress_.iteration), hooks);
  if (!evaluation) return false;
  note_evaluation(evaluation->mean());
  record_evaluation(*evaluation);
  record_reconstructions();
  if (const VideoRecord video = film.record(progress_.env_steps); !video.frames.empty()) emit(video);
  if (is_last_iteration() && on_last_evaluation_end_) on_last_evaluation_end_();
  return true;
}

void Trainer::film_step(evaluation::EvaluationFilm& film, size_t number, env::Environment& environment) const {
  try {
    if (number == 0) film.add(environment);
    if (is_last_iteration() && on_last_evaluation_) on_last_evaluation_(number, environment);
  } catch (const SimulationError& error) {
    throw SimulationError(std::string(error.what()) + "; with evaluation.film = false a run goes on without pictures");
  }
}

void Trainer::record_evaluation(const evaluation::Evaluation& evaluation) {
  progress_.last_return = evaluation.mean();
  const int64_t iteration = progress_.iteration + 1;
  emit(MetricRecord{.kind = "evaluate",
                    .env_step = progress_.env_steps,
                    .iteration = iteration,
                    .metrics = {{"return", evaluation.mean()},
                                {"return/std", evaluation.std()},
                                {"return/median", evaluation.median()},
                                {"episodes", static_cast<double>(evaluation.returns.size())}}});
  for (size_t i = 0; i < evaluation.returns.size(); ++i) {
    emit(MetricRecord{.kind = "episode",
                      .env_step = progress_.env_steps,
                      .iteration = iteration,
                      .metrics = {{"number", static_cast<double>(i)},
                                  {"return", evaluation.returns[i]},
                                  {"length", static_cast<double>(evaluation.lengths[i])}}});
  }
}

void Trainer::record_reconstructions() {
  model::WorldModel* model = agent_->world_model();
  if (model == nullptr || !model->reconstructs()) return;
  const data::Episode& episode = replay_->episodes().back();
  const int64_t length = std::min(config_.training.sequence_length, episode.length());
  const data::Batch batch = data::sequences_of(episode, /*count=*/1, length).to(agent_->device());
  constexpr int64_t kColumns = 12;
  for (size_t s = 0; s < model->sensors().size(); ++s) {
    if (model->sensors()[s].kind != env::SensorKind::kImage) continue;
    math::TensorGenerator rng(stream("reconstruction", progress_.iteration), agent_->device());
    emit(ImageRecord{.name = "reconstruction/" + model->sensors()[s].name,
                     .env_step = progress_.env_steps,
                     .image = evaluation::reconstruction_strip(*model, s, batch, kColumns, rng)});
  }
}

}  // namespace vrkn::training
