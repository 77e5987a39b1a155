#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/vrkn/commands.h"
#include "apps/vrkn/console.h"
#include "apps/vrkn/episode_monitor.h"
#include "apps/vrkn/options.h"
#include "apps/vrkn/outputs.h"
#include "apps/vrkn/starts_file.h"
#include "vrkn/config/toml.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/core/json_text.h"
#include "vrkn/core/memory.h"
#include "vrkn/core/random.h"
#include "vrkn/data/episode_file.h"
#include "vrkn/data/npz.h"
#include "vrkn/env/make_environment.h"
#include "vrkn/env/own_world.h"
#include "vrkn/evaluation/evaluation.h"
#include "vrkn/evaluation/rollout.h"
#include "vrkn/evaluation/uncertainty_evaluation.h"
#include "vrkn/model/uncertainty.h"
#include "vrkn/presentation/calibration_report.h"
#include "vrkn/presentation/film.h"
#include "vrkn/report/progress.h"
#include "vrkn/run/checkpoint.h"
#include "vrkn/run/memory_need.h"
#include "vrkn/run/processor_setup.h"
#include "vrkn/run/recalibration_file.h"
#include "vrkn/run/trained_run.h"

namespace vrkn::app {
namespace {

namespace fs = std::filesystem;

struct EvalOptions {
  std::string run, checkpoint, video, device, out, starts;
  std::vector<std::string> settings;  // key=value, of how it plays
  MonitorOptions monitor;
  int64_t episodes = 10;
  int64_t seed = 0;
  bool json = false;
  bool uncertainty = false;
  bool fit_recalibration = false, recalibrated = false;
  evaluation::ForecastOptions forecast;
  std::vector<std::string> quantities;  // empty: all
  std::vector<int64_t> steps;           // empty: 1 to the horizon
};

nlohmann::ordered_json to_json(const EvalOptions& options, const run::TrainedRun& run,
                               const evaluation::Evaluation& evaluation) {
  return {{"run", options.run},
          {"set", options.settings},
          {"task", run.config.environment.task},
          {"env_step", run.progress.env_steps},
          {"updates", run.progress.updates},
          {"episodes", evaluation.returns.size()},
          {"return_mean", evaluation.mean()},
          {"return_std", evaluation.std()},
          {"return_median", evaluation.median()},
          {"returns", evaluation.returns},
          {"lengths", evaluation.lengths}};
}

/// What of the future is to be compared.
evaluation::ForecastOptions forecast_options(const EvalOptions& options, const std::vector<env::SensorSpec>& sensors) {
  evaluation::ForecastOptions forecast = options.forecast;
  if (!options.steps.empty()) {
    forecast.horizon = options.steps.back();
    forecast.selection.steps = options.steps;
  }
  if (options.quantities.empty()) return forecast;
  std::vector<std::string> names = options.quantities;
  forecast.selection.reward = std::erase(names, "reward") > 0;
  forecast.selection.sensors = model::find_sensors(sensors, names);
  return forecast;
}

/// What predictions are to be corrected by: fitted on other episodes than these. Nothing when that was not asked for.
std::optional<math::Recalibrations> chosen_recalibrations(const EvalOptions& options, const run::TrainedRun& run) {
  if (!options.recalibrated) return std::nullopt;
  run::RecalibrationFile file = run::load_recalibration(run);
  if (file.seed == options.seed) {
    throw ConfigError(
        fmt::format("the recalibration of {} was fitted on the episodes of --seed {}, so it cannot be "
                    "tested on them: give another seed",
                    options.run, file.seed));
  }
  return std::move(file.recalibrations);
}

/// Keeps what would have made these predictions calibrated in the run's folder.
void fit_recalibration(const EvalOptions& options, const run::TrainedRun& run,
                       const evaluation::UncertaintyEvaluation& uncertainty) {
  math::Recalibrations found = uncertainty.fit_recalibrations();
  if (found.empty()) throw DataError("of " + options.run + " nothing was predicted that could be recalibrated");
  run::write_recalibration(run.directory.recalibration(), {.updates = run.progress.updates,
                                                           .checkpoint = run::checkpoint_hash(run.checkpoint),
                                                           .seed = options.seed,
                                                           .episodes = options.episodes,
                                                           .recalibrations = std::move(found)});
}

/// Where the agent's model is asked how sure it is of what comes; nothing when that was not asked for.
std::optional<evaluation::UncertaintyEvaluation> begin_uncertainty(const EvalOptions& options,
                                                                   const run::TrainedRun& run) {
  if (!options.uncertainty) return std::nullopt;
  require_model(run, options.run);
  evaluation::ForecastOptions forecast = forecast_options(options, run.model().sensors());
  forecast.recalibrations = chosen_recalibrations(options, run);
  std::optional<evaluation::UncertaintyEvaluation> uncertainty(std::in_place, run.model(), std::move(forecast));
  refuse_unless_free(options.out);
  return uncertainty;
}

/// Episodes are played side by side; forecasts are kept for one of them.
void check_memory(const EvalOptions& options, const run::TrainedRun& run) {
  if (env::is_own_world(run.config.environment.task)) return;
  const env::EnvironmentSpec world = run::task_spec(run.config);
  run::ExperimentConfig config = run.config;
  config.evaluation.episodes = options.episodes;
  require_memory(run::memory_need(config, world).acting, fmt::format("--episodes {}", options.episodes));
  if (!options.uncertainty) return;
  const int64_t steps = options.steps.empty() ? options.forecast.horizon : std::ssize(options.steps);
  const auto& counts = options.forecast.counts;
  require_memory(
      static_cast<double>(counts.draws) * static_cast<double>(counts.samples) * run::bytes_of_steps(world, steps),
      fmt::format("--draws {}, --samples {}, {} steps ahead", counts.draws, counts.samples, steps));
}

/// What was learned stays; how the agent acts, and in which world, may be another.
void check_settings(const std::vector<std::string>& settings) {
  for (const config::Entry& entry : config::parse_overrides(settings)) {
    if (entry.key.starts_with("agent.") || entry.key.starts_with("environment.") || entry.key == "threads") continue;
    throw ConfigError(
        fmt::format("--set {} changes nothing that plays: only keys of agent and environment, and threads", entry.key));
  }
}

run::TrainedRun load(const EvalOptions& options) {
  check_settings(options.settings);
  std::vector<std::string> overrides = options.settings;
  if (!options.device.empty()) overrides.push_back("device=" + options.device);
  return run::load_run(options.run, options.checkpoint, overrides);
}

/// What the episodes are looked at for.
struct Findings {
  evaluation::Evaluation evaluation;
  EpisodeMonitor monitor;
  std::optional<evaluation::UncertaintyEvaluation> uncertainty;  // where that was asked for
};

/// Plays the episodes and films the first. Returns false where a stop was requested.
bool play(const EvalOptions& options, const run::TrainedRun& run, env::EnvironmentPool& environments, uint64_t seed,
          presentation::Film& film, Findings& found) {
  report::Progress progress("evaluating", {.total = environments.spec().step_limit, .terminal = is_terminal()},
                            std::cerr);
  int64_t steps = 0;
  const evaluation::EpisodeHooks hooks{.on_step =
                                           [&](size_t i, env::Environment& environment, const env::Observation&) {
                                             if (i != 0) return;
                                             progress.update(steps++);
                                             if (!options.video.empty()) film.add(environment);
                                           },
                                       .stop_requested = stop_requested};
  const auto receive = [&](int64_t number, const data::Episode& episode) {
    found.evaluation.add(episode);
    math::TensorGenerator dither(derive_seed(seed, "monitor", static_cast<uint64_t>(number)), run.agent->device());
    found.monitor.add(episode, dither);
    if (!found.uncertainty || stop_requested()) return;
    math::TensorGenerator rng(derive_seed(seed, "forecast", static_cast<uint64_t>(number)), run.agent->device());
    write_file_atomically(fs::path(options.out) / (data::episode_name(number) + ".npz"),
                          data::write_npz(found.uncertainty->add(episode, rng)));
  };
  const bool finished = evaluation::roll_out(*run.agent, environments, options.episodes, seed, receive, hooks);
  progress.clear();
  return finished && !(found.uncertainty && stop_requested());
}

/// Writes the calibration of what was predicted, if anything was.
std::optional<analysis::CalibrationFile> write_uncertainty(const EvalOptions& options, const run::TrainedRun& run,
                                                           const Findings& found) {
  if (!found.uncertainty) return std::nullopt;
  analysis::CalibrationFile calibration = presentation::calibration_of(*found.uncertainty);
  presentation::write_calibration(options.out, calibration);
  if (options.fit_recalibration) fit_recalibration(options, run, *found.uncertainty);
  return calibration;
}

void print_result(const EvalOptions& options, const run::TrainedRun& run, const Findings& found,
                  const std::optional<analysis::CalibrationFile>& calibration) {
  const evaluation::Evaluation& evaluation = found.evaluation;
  if (options.json) {
    nlohmann::ordered_json result = to_json(options, run, evaluation);
    if (calibration) result["uncertainty"] = analysis::to_json(*calibration);
    if (found.monitor.is_on()) result["monitor"] = found.monitor.summary();
    std::cout << json_text(result, 2) << '\n';
    return;
  }
  fmt::print("{} after {} environment steps, {} episodes: mean return {:.1f}, std {:.1f}, median {:.1f}\n",
             run.config.environment.task, run.progress.env_steps, evaluation.returns.size(), evaluation.mean(),
             evaluation.std(), evaluation.median());
  if (calibration) fmt::print("{}files: {}\n", analysis::calibration_table(*calibration), options.out);
  if (options.fit_recalibration) fmt::print("recalibration: {}\n", run.directory.recalibration().string());
  found.monitor.print();
}

int evaluate_run(const EvalOptions& options) {
  const run::TrainedRun run = load(options);
  const run::ExperimentConfig& config = run.config;
  run::set_up_processor(config);
  check_memory(options, run);
  env::EnvironmentPool environments =
      env::make_environment_pool(config.environment, options.episodes, run::thread_count(config.threads));
  run::check_offers(environments.spec(), run);

  Findings found{.evaluation = {},
                 .monitor = EpisodeMonitor(options.monitor, run, options.seed),
                 .uncertainty = begin_uncertainty(options, run)};
  const uint64_t seed = evaluation::evaluation_seed(static_cast<uint64_t>(options.seed));
  const StartsFile starts(options.starts, config.environment.task, seed, options.episodes);
  presentation::Film film(options.video);
  if (!play(options, run, environments, seed, film, found)) return stop_exit_code();
  starts.write();
  found.monitor.finish();
  print_result(options, run, found, write_uncertainty(options, run, found));
  close_film(film, config.environment.task);
  if (!options.video.empty() && !options.json) fmt::print("video: {}\n", options.video);
  return 0;
}

}  // namespace

void add_eval_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<EvalOptions>();
  CLI::App* command = app.add_subcommand("eval", "Evaluate a trained agent: no exploration noise, dropout off");
  command->add_option("run", options->run, "a run directory")->required()->type_name("DIR");
  add_count(*command, "--episodes", options->episodes, "how many, side by side")->check(CLI::PositiveNumber);
  add_count(*command, "--seed", options->seed, "of the episodes and the planner")->check(CLI::NonNegativeNumber);
  command->add_option("--checkpoint", options->checkpoint, "best, last, a number of updates, or a file (default: last)")
      ->type_name("NAME");
  command
      ->add_option("--set", options->settings,
                   "plays with another value of a key of agent or environment, such as agent.horizon=18; repeatable")
      ->allow_extra_args(false)
      ->type_name("KEY=VALUE");
  command->add_option("--device", options->device, "cpu or cuda (default: the run's)")->type_name("NAME");
  command->add_option("--video", options->video, "film the first episode: .mp4, .webm or .gif")->type_name("FILE");
  auto* uncertainty = command->add_flag("--uncertainty", options->uncertainty,
                                        "predict from every step, tell how sure the model is and how right it was");
  auto* out = command->add_option("--out", options->out, "folder, new or empty, for what --uncertainty finds")
                  ->type_name("DIR")
                  ->needs(uncertainty);
  uncertainty->needs(out);
  auto* horizon =
      add_count(*command, "--horizon", options->forecast.horizon, "predict 1 to N steps ahead")->needs(uncertainty);
  command
      ->add_option("--steps", options->steps, "predict these steps ahead alone, such as 1,5,20; the others cost little")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("N,...")
      ->needs(uncertainty)
      ->excludes(horizon);
  command
      ->add_option("--quantities", options->quantities,
                   "of the sensors and the reward predict these alone, such as position,reward (default: all)")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("NAME,...")
      ->needs(uncertainty);
  add_count(*command, "--draws", options->forecast.counts.draws, "of the weights, per prediction")->needs(uncertainty);
  add_count(*command, "--samples", options->forecast.counts.samples, "of the state, for each draw of the weights")
      ->needs(uncertainty);
  auto* fit = command
                  ->add_flag("--fit-recalibration", options->fit_recalibration,
                             "keep in the run what makes intervals of such predictions hold what they promise")
                  ->needs(uncertainty);
  command
      ->add_flag("--recalibrated", options->recalibrated,
                 "apply what --fit-recalibration found on the episodes of another seed")
      ->needs(uncertainty)
      ->excludes(fit);
  options->monitor.add_options(*command);
  add_starts_option(*command, options->starts);
  command->add_flag("--json", options->json, "print every return, for machines");
  command->footer(
      "Examples:\n"
      "  vrkn eval runs/default-seed1\n"
      "  vrkn eval runs/default-seed1 --checkpoint best\n"
      "  vrkn eval runs/default-seed1 --episodes 1 --video swingup.mp4\n"
      "  vrkn eval runs/default-seed1 --set environment.transition_noise=0.3\n"
      "  vrkn eval runs/default-seed1 --uncertainty --horizon 20 --out uncertainty\n"
      "  vrkn eval runs/default-seed1 --uncertainty --quantities reward --steps 1,5,20 --out rewards\n"
      "  vrkn eval runs/default-seed1 --uncertainty --seed 1 --fit-recalibration --out fitted\n"
      "  vrkn eval runs/default-seed1 --uncertainty --seed 2 --recalibrated --out tested\n"
      "  vrkn eval runs/default-seed1 --seed 1 --fit-monitor\n"
      "  vrkn eval runs/default-seed1 --seed 2 --monitor --set environment.transition_noise=0.5\n"
      "  vrkn eval runs/default-seed1 --episodes 50 --starts starts.json\n"
      "  vrkn eval runs/default-seed1 --json");
  on_call(*command, exit_code, options, evaluate_run);
}

}  // namespace vrkn::app
