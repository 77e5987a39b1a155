#include <iostream>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "apps/vrkn/commands.h"
#include "apps/vrkn/console.h"
#include "apps/vrkn/learning_options.h"
#include "apps/vrkn/phase_progress.h"
#include "vrkn/config/fields.h"
#include "vrkn/core/error.h"
#include "vrkn/env/sensor_choice.h"
#include "vrkn/env/task_list.h"
#include "vrkn/presentation/run_film.h"
#include "vrkn/report/run_sinks.h"
#include "vrkn/run/memory_need.h"
#include "vrkn/run/processor_setup.h"
#include "vrkn/run/resumable.h"
#include "vrkn/training/process_sharing.h"
#include "vrkn/training/random_policy.h"
#include "vrkn/training/rollback.h"
#include "vrkn/training/trainer.h"

namespace vrkn::app {
namespace {

/// Runs the trainer from its present state to the end and prints what came of it. Of several processes the first one.
int train_from(const std::optional<run::Checkpoint>& checkpoint, int64_t rollbacks, const run::ExperimentConfig& config,
               const run::RunDirectory& run, const parallel::ProcessGroup& processes) {
  run::set_up_processor(config);
  PhaseProgress progress;
  report::RunSinks sinks(run.metrics(), run.events(), run::sink_positions(checkpoint));
  TidyConsoleSink console(progress);
  presentation::RunFilm film(run.videos() / "last-evaluation.mp4");
  const training::TrainerHooks hooks{
      .stop_requested = stop_requested,
      .on_progress = [&](std::string_view what, int64_t done, int64_t total) { progress.show(what, done, total); },
      .on_last_evaluation =
          [&](size_t i, env::Environment& environment) {
            if (i == 0) film.add(environment);
          },
      .on_last_evaluation_end = [&] { film.close(); }};
  training::Trainer trainer(config, run, sinks.with(console), hooks, {}, processes);
  const training::RunOutcome outcome = training::run_from(trainer, checkpoint, rollbacks);
  progress.clear();
  const std::string path = run.path().string();
  if (outcome == training::RunOutcome::kStopped) {
    fmt::print("stopped after {} iterations; everything is saved. Go on with:\n  vrkn train --resume {}\n",
               trainer.progress().iteration, path);
    return stop_exit_code();
  }
  if (config.training.iterations > 0) {
    const double random_return = training::random_policy_return(
        config, [&](int64_t done, int64_t total) { progress.show("random policy", done, total); });
    progress.clear();
    fmt::print("\nmean return of {} episodes of {}: {:.1f}, of a random policy: {:.1f}\n", config.evaluation.episodes,
               config.environment.task, trainer.progress().last_return, random_return);
  }
  fmt::print("run:   {}\n", path);
  if (!film.outcome().empty()) fmt::print("video: {}\n", film.outcome());
  fmt::print("next:  vrkn eval {}\n", path);
  return 0;
}

/// The same, and goes back to the last checkpoint where numbers are not finite any more. Several processes do not: one
/// that goes back alone would leave the others waiting.
int train(const run::ExperimentConfig& config, const run::RunDirectory& run,
          const std::optional<run::Checkpoint>& checkpoint, const parallel::ProcessGroup& processes) {
  return training::run_with_rollbacks(run, processes.is_alone() ? config.training.rollbacks : 0, checkpoint,
                                      print_warning,
                                      [&](const std::optional<run::Checkpoint>& from, int64_t rollbacks) {
                                        return train_from(from, rollbacks, config, run, processes);
                                      });
}

/// The other processes: they learn with the first one, which alone reads the options, writes and prints.
int train_along(const parallel::ProcessGroup& processes) {
  const run::ExperimentConfig config = training::share_config(processes, {});
  training::check_shareable(config, processes);
  run::set_up_processor(config);
  const training::TrainerHooks hooks{
      .stop_requested = stop_requested, .on_progress = {}, .on_last_evaluation = {}, .on_last_evaluation_end = {}};
  training::Trainer trainer(config, {}, {}, hooks, {}, processes);
  return trainer.run() == training::RunOutcome::kStopped ? stop_exit_code() : 0;
}

int start(const LearningOptions& options, const parallel::ProcessGroup& processes) {
  const run::ExperimentConfig config = training::share_config(processes, options.with_shortcuts().load());
  training::check_shareable(config, processes);
  const std::filesystem::path path =
      options.out.empty() ? default_run_path(options.source, config) : std::filesystem::path(options.out);
  run::set_up_processor(config);
  config.objective.check_sensors(env::choose_sensors(env::find_task(config.environment.task),
                                                     config.environment.sensors, config.environment.image_size));
  run::check_memory(config);
  const run::RunDirectory run = run::RunDirectory::create(path, config, options.command_line);
  fmt::print("{}\n", config::to_toml(config, config::Comments::kNone));
  std::cout.flush();
  return train(config, run, {}, processes);
}

int resume(const LearningOptions& options, const parallel::ProcessGroup& processes) {
  const run::RunDirectory run = run::RunDirectory::resume(options.resume);
  if (run.is_offline()) {
    throw DataError(options.resume + " learns from files; go on with it: vrkn fit --resume " + options.resume);
  }
  const run::ExperimentConfig config = training::share_config(processes, run.config(options.source.overrides));
  const std::optional<run::Checkpoint> checkpoint = options.choose_checkpoint(run);
  run::go_on_with(run, checkpoint, config, options.command_line, [&] { run::check_memory(config); });
  return train(config, run, checkpoint, processes);
}

int train(const LearningOptions& options) {
  const parallel::ProcessGroup processes = parallel::ProcessGroup::join(parallel::process_environment());
  if (!processes.is_rank_zero()) return train_along(processes);
  return options.resume.empty() ? start(options, processes) : resume(options, processes);
}

}  // namespace

void add_train_command(CLI::App& app, const std::string& command_line, int& exit_code) {
  const auto options = std::make_shared<LearningOptions>();
  options->command_line = command_line;
  CLI::App* command = app.add_subcommand("train", "Train an agent; everything it makes goes into a run directory");
  options->source.add_options(*command);
  command->add_option("--out", options->out, "run directory, new or empty (default: under runs/)")->type_name("DIR");
  options->add_options(*command);
  command->footer(
      "Examples:\n"
      "  vrkn train                                       the default preset, a quarter of an hour\n"
      "  vrkn train --preset quick --seed 3 --out runs/a\n"
      "  vrkn train --set environment.transition_noise=0.2 --set model.dropout=0.2\n"
      "  vrkn train --resume runs/a                       after Ctrl-C, SIGTERM or a crash\n"
      "  vrkn train --resume runs/a --set training.iterations=64   longer than was planned\n"
      "  torchrun --no_python --nproc_per_node 2 vrkn train   two processes share every batch");
  on_call(*command, exit_code, options, train);
}

}  // namespace vrkn::app
