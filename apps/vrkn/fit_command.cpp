#include <iostream>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "apps/vrkn/commands.h"
#include "apps/vrkn/console.h"
#include "apps/vrkn/learning_options.h"
#include "apps/vrkn/phase_progress.h"
#include "vrkn/config/fields.h"
#include "vrkn/core/error.h"
#include "vrkn/parallel/process_environment.h"
#include "vrkn/presentation/calibration_report.h"
#include "vrkn/report/run_sinks.h"
#include "vrkn/run/memory_need.h"
#include "vrkn/run/processor_setup.h"
#include "vrkn/run/resumable.h"
#include "vrkn/training/offline_trainer.h"
#include "vrkn/training/rollback.h"

namespace vrkn::app {
namespace {

struct FitOptions : LearningOptions {
  std::string data, layout = "auto", model;
  double held_out = 0.1;
};

run::ExperimentConfig load(const FitOptions& options) {
  ConfigSource source = options.with_shortcuts();
  // The kind of model goes first: it brings its own defaults.
  if (!options.model.empty()) source.overrides.insert(source.overrides.begin(), "model.kind=" + options.model);
  return source.load();
}

void print_report(const evaluation::HeldOutReport& report) {
  fmt::print("\nheld out: episodes {}, sequences {}, bound {:.2f} nats per step\n", report.episodes, report.sequences,
             report.bound.back().value);
  const auto steps = static_cast<int64_t>(report.errors.back().by_step.size());
  for (const evaluation::StepErrors& error : report.errors) {
    fmt::print("mean squared error of {:<16} first {} steps (seen): {:.4g}, next {} (imagined): {:.4g}\n", error.name,
               report.context, error.mean(0, report.context), steps - report.context,
               error.mean(report.context, steps));
  }
}

/// Runs the trainer from its present state to the end and prints what came of it.
int fit_from(const std::optional<run::Checkpoint>& checkpoint, int64_t rollbacks, const run::ExperimentConfig& config,
             const run::RunDirectory& run, const run::FitData& data) {
  run::set_up_processor(config);
  PhaseProgress progress;
  report::RunSinks sinks(run.metrics(), run.events(), run::sink_positions(checkpoint));
  TidyConsoleSink console(progress);
  const training::LoopHooks hooks{
      .stop_requested = stop_requested,
      .on_progress = [&](std::string_view what, int64_t done, int64_t total) { progress.show(what, done, total); }};
  training::OfflineTrainer trainer(config, run, data, sinks.with(console), hooks);
  const training::RunOutcome outcome = training::run_from(trainer, checkpoint, rollbacks);
  const std::optional<evaluation::UncertaintyEvaluation> calibration =
      outcome == training::RunOutcome::kFinished ? trainer.calibration(evaluation::usual_forecast(data.layout.sensors))
                                                 : std::nullopt;
  progress.clear();
  const std::string path = run.path().string();
  if (!calibration) {
    fmt::print("stopped after {} iterations; everything is saved. Go on with:\n  vrkn fit --resume {}\n",
               trainer.progress().iteration, path);
    return stop_exit_code();
  }
  if (trainer.report()) print_report(*trainer.report());
  if (!data.held_out.empty()) {
    const analysis::CalibrationFile file = presentation::calibration_of(*calibration);
    presentation::write_calibration(run.calibration(), file);
    fmt::print("\n{}", analysis::calibration_table(file));
  }
  fmt::print("run:   {}\n", path);
  const auto& file = data.held_out.empty() ? data.training.front() : data.held_out.front();
  fmt::print("next:  vrkn imagine {} --data {} --out {}-imagined\n", path, file.string(), path);
  return 0;
}

/// The same, and goes back to the last checkpoint where numbers are not finite any more.
int fit(const run::ExperimentConfig& config, const run::RunDirectory& run, const run::FitData& data,
        const std::optional<run::Checkpoint>& checkpoint) {
  return training::run_with_rollbacks(run, config.training.rollbacks, checkpoint, print_warning,
                                      [&](const std::optional<run::Checkpoint>& from, int64_t rollbacks) {
                                        return fit_from(from, rollbacks, config, run, data);
                                      });
}

void check_alone() {
  const int64_t processes = parallel::process_environment().world_size;
  if (processes == 1) return;
  throw ConfigError("the environment variable WORLD_SIZE is " + std::to_string(processes) +
                    ", but vrkn fit learns in one process; allowed: 1, or neither RANK nor WORLD_SIZE");
}

int start(const FitOptions& options) {
  if (options.data.empty()) throw ConfigError("--data is missing: the folder of the episodes to learn from");
  if (options.out.empty()) throw ConfigError("--out is missing: the run directory, new or empty");
  if (!(options.held_out >= 0.0 && options.held_out < 1.0)) {
    throw ConfigError(fmt::format("--held-out is {}, but must be at least 0 and below 1", options.held_out));
  }
  run::ExperimentConfig config = load(options);
  training::check_learns(config.agent);
  run::set_up_processor(config);
  const run::FitData data = run::prepare_fit(config, data::episode_files(options.data), options.held_out,
                                             data::file_layout_from(options.layout));
  const run::RunDirectory run = run::RunDirectory::create(options.out, config, options.command_line, &data);
  fmt::print("{}\nfiles to learn from: {}, held out: {}\n", config::to_toml(config, config::Comments::kNone),
             data.training.size(), data.held_out.size());
  if (!data.left_aside.empty()) {
    fmt::print("left aside, for they are no sensors: {}\n", fmt::join(data.left_aside, ", "));
  }
  std::cout.flush();
  return fit(config, run, data, {});
}

int resume(const FitOptions& options) {
  const run::RunDirectory run = run::RunDirectory::resume(options.resume);
  if (!run.is_offline()) {
    throw DataError(options.resume + " learns by acting, not from files; go on with it: vrkn train --resume " +
                    options.resume);
  }
  const run::FitData data = run::read_fit_data(run.data());
  const run::ExperimentConfig config = run.config(options.source.overrides);
  const std::optional<run::Checkpoint> checkpoint = options.choose_checkpoint(run);
  run::go_on_with(run, checkpoint, config, options.command_line, [&] { run::check_memory(config, data); });
  return fit(config, run, data, checkpoint);
}

int fit(const FitOptions& options) {
  check_alone();
  return options.resume.empty() ? start(options) : resume(options);
}

}  // namespace

void add_fit_command(CLI::App& app, const std::string& command_line, int& exit_code) {
  const auto options = std::make_shared<FitOptions>();
  options->command_line = command_line;
  CLI::App* command = app.add_subcommand("fit", "Learn a world model from logged episodes, without a world to act in");
  command->add_option("--data", options->data, "folder of .npz files with one episode or several each")
      ->type_name("DIR");
  command
      ->add_option("--layout", options->layout,
                   "which step an action and a reward of the files belong to: auto, dreamer, dreamerv3, transitions")
      ->capture_default_str()
      ->type_name("NAME");
  command->add_option("--model", options->model, "short for --set model.kind=..., such as rssm-smoothing")
      ->type_name("NAME");
  options->source.add_options(*command);
  command->add_option("--out", options->out, "run directory, new or empty")->type_name("DIR");
  command->add_option("--held-out", options->held_out, "share of the episodes to test with and not to learn from")
      ->capture_default_str()
      ->type_name("SHARE");
  options->add_options(*command);
  command->footer(
      "Examples:\n"
      "  vrkn rollout --task cartpole_balance --episodes 20 --out episodes\n"
      "  vrkn fit --data episodes --model rssm-smoothing --out runs/fit\n"
      "  vrkn fit --data episodes --preset quick --held-out 0.2 --set training.iterations=50 --out runs/quick-fit\n"
      "  vrkn fit --resume runs/fit                       after Ctrl-C, SIGTERM or a crash\n"
      "  vrkn fit --resume runs/fit --set training.iterations=64   longer than was planned");
  on_call(*command, exit_code, options, fit);
}

}  // namespace vrkn::app
