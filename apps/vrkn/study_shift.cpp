#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "apps/vrkn/console.h"
#include "apps/vrkn/options.h"
#include "apps/vrkn/outputs.h"
#include "apps/vrkn/studies.h"
#include "apps/vrkn/study_worlds.h"
#include "vrkn/config/fields.h"
#include "vrkn/core/kind_of.h"
#include "vrkn/core/random.h"
#include "vrkn/env/suite/shifted_world.h"
#include "vrkn/evaluation/rollout.h"
#include "vrkn/evaluation/surprise.h"
#include "vrkn/presentation/shift_report.h"
#include "vrkn/report/progress.h"
#include "vrkn/run/processor_setup.h"
#include "vrkn/run/system_report.h"

namespace vrkn::app {
namespace {

namespace fs = std::filesystem;

/// What --shift can change, as key=value.
struct ShiftedExperiment {
  env::WorldShift shift = {};
  env::EnvironmentConfig environment = {};
  static constexpr void fields(auto& self, auto&& field) {
    field("physics", self.shift.physics, "factors on what the scene says");
    field("scene", self.shift.scene, "how the scene looks");
    field("readings", self.shift.readings, "how all sensors read");
    field("environment", self.environment, "the world, its sensors and its conditions");
  }
};

const std::vector<std::string> kUsualShifts = {"physics.gravity=0.5", "physics.gravity=2",  "physics.mass=0.5",
                                               "physics.mass=2",      "physics.damping=10", "physics.actuator=0.5",
                                               "physics.actuator=2"};

struct ShiftOptions : StudyOptions {
  std::vector<std::string> shifts = kUsualShifts;
  int64_t window = 10;
  double false_alarms = 0.05;
  model::OutcomeCounts counts = {};
};

using Surprises = std::vector<evaluation::Surprise>;  // of every episode

ShiftedExperiment shifted(const env::EnvironmentConfig& world, const std::string& shift) {
  ShiftedExperiment experiment;
  experiment.environment = world;
  config::apply_entries(config::parse_overrides(std::vector{shift}), experiment);
  return experiment;
}

/// The sensors of a shifted world without the masks of occluders that the runs never met: they get the pictures, and
/// are not told what hides the world.
env::EnvironmentSpec without_new_masks(env::EnvironmentSpec shifted, const StudyWorld& world) {
  const std::vector<env::SensorSpec>& known = world.runs.front().spec.sensors;
  for (size_t s = 0; s < std::min(shifted.sensors.size(), known.size()); ++s) {
    shifted.sensors[s].masked = shifted.sensors[s].masked && known[s].masked;
  }
  return shifted;
}

/// Episodes in the world as it is, or shifted; nothing when a stop was requested.
std::optional<std::vector<data::Episode>> play(const ShiftOptions& options, const StudyWorld& world,
                                               const std::string& shift, const std::string& stream) {
  const auto make = [&] {
    if (shift.empty()) return env::make_shifted_environment(world.config, {});
    const ShiftedExperiment experiment = shifted(world.config, shift);
    return env::make_shifted_environment(experiment.environment, experiment.shift);
  };
  env::Environments environments;
  for (int64_t i = 0; i < std::min(options.episodes, kStudyEpisodesAtOnce); ++i) environments.push_back(make());
  env::EnvironmentPool pool(std::move(environments), run::thread_count(world.runs.front().config.threads));
  const env::EnvironmentSpec spec = without_new_masks(pool.spec(), world);
  for (const run::TrainedRun& run : world.runs) run::check_offers(spec, run);
  const auto agent = make_study_policy(options.policy, world, pool.spec());
  std::vector<data::Episode> episodes;
  const auto receive = [&](int64_t, const data::Episode& episode) {
    data::Episode& kept = episodes.emplace_back(episode);
    for (size_t s = 0; s < spec.sensors.size(); ++s) {
      if (!spec.sensors[s].masked) kept.observations[s].visible.reset();
    }
  };
  const uint64_t seed = derive_seed(static_cast<uint64_t>(options.seed), stream);
  if (!evaluation::roll_out(*agent, pool, options.episodes, seed, receive, {{}, stop_requested})) return std::nullopt;
  return episodes;
}

std::optional<Surprises> surprises(const ShiftOptions& options, const run::TrainedRun& run,
                                   const std::vector<data::Episode>& episodes) {
  Surprises found;
  for (size_t i = 0; i < episodes.size(); ++i) {
    if (stop_requested()) return std::nullopt;
    math::TensorGenerator rng(derive_seed(static_cast<uint64_t>(options.seed), "surprise", i), run.agent->device());
    found.push_back(evaluation::surprise_of(run.model(), episodes[i], options.counts, rng, run.agent->disagreement()));
  }
  return found;
}

/// What every run of one world makes of it, as it is or shifted; nothing when a stop was requested.
std::optional<std::vector<Surprises>> take(const ShiftOptions& options, const StudyWorld& world,
                                           const std::string& shift, const std::string& stream) {
  const auto episodes = play(options, world, shift, stream);
  if (!episodes) return std::nullopt;
  std::vector<Surprises> of_runs;
  for (const run::TrainedRun& run : world.runs) {
    run::set_up_processor(run.config);
    auto found = surprises(options, run, *episodes);
    if (!found) return std::nullopt;
    of_runs.push_back(*std::move(found));
  }
  return of_runs;
}

/// What the runs of one world make of the unshifted world and of every shift; nothing when a stop was requested.
std::optional<std::vector<presentation::ShiftedRun>> compare(const ShiftOptions& options, const StudyWorld& world) {
  // One set of episodes after the other: those of pictures are large.
  report::Progress progress("shifts of " + world.name(),
                            {.total = 2 + std::ssize(options.shifts), .terminal = is_terminal()}, std::cerr);
  auto fit = take(options, world, "", "fit");
  if (!fit) return std::nullopt;
  progress.update(1);
  auto unshifted = take(options, world, "", "home");
  if (!unshifted) return std::nullopt;
  std::vector<presentation::ShiftedRun> compared;
  for (size_t r = 0; r < world.runs.size(); ++r) {
    const run::TrainedRun& run = world.runs[r];
    compared.push_back({.run = run.directory.path().string(),
                        .world = world.name(),
                        .model = kind_of(run.config.model),
                        .seed = run.config.seed,
                        .fit = std::move((*fit)[r]),
                        .home = std::move((*unshifted)[r]),
                        .shifts = {}});
  }
  for (size_t s = 0; s < options.shifts.size(); ++s) {
    progress.update(static_cast<int64_t>(s) + 2);
    auto found = take(options, world, options.shifts[s], "shifted");
    if (!found) return std::nullopt;
    for (size_t r = 0; r < compared.size(); ++r) {
      compared[r].shifts.push_back({options.shifts[s], std::move((*found)[r])});
    }
  }
  return compared;
}

void check(const ShiftOptions& options, const std::vector<StudyWorld>& worlds) {
  options.check();
  at_least("--window", options.window, 1);
  at_least("--draws", options.counts.draws, 2);
  at_least("--samples", options.counts.samples, 2);
  open_share("--false-alarms", options.false_alarms);
  for (const StudyWorld& world : worlds) {  // before hours of episodes
    for (const std::string& shift : options.shifts) {
      const ShiftedExperiment experiment = shifted(world.config, shift);
      const auto made = env::make_shifted_environment(experiment.environment, experiment.shift);
      const env::EnvironmentSpec spec = without_new_masks(made->spec(), world);
      for (const run::TrainedRun& run : world.runs) run::check_offers(spec, run);
    }
  }
}

int run_study(const ShiftOptions& options) {
  refuse_unless_free(options.out);
  const std::string made_with = run::system_report_json(options.seed, "cpu", options.command_line);
  const std::vector<StudyWorld> worlds = load_study_worlds(options.runs);
  check(options, worlds);
  std::vector<presentation::ShiftedRun> compared;
  for (const StudyWorld& world : worlds) {
    auto found = compare(options, world);
    if (!found) return stop_exit_code();
    std::ranges::move(*found, std::back_inserter(compared));
  }
  const std::vector<presentation::Detection> found =
      presentation::detections(compared, options.window, options.false_alarms);
  const nlohmann::ordered_json json = {{"window", options.window},
                                       {"false_alarm_rate", options.false_alarms},
                                       {"detections", presentation::to_json(found)}};
  const fs::path folder(options.out);
  fs::create_directories(folder);
  presentation::write_detection_figure(folder, found);
  write_study(options, made_with, "detection", json);
  if (options.json) return 0;
  fmt::print("{}\nresults: {}\nfigure:  {}\nnext:    vrkn study aleatoric {} --out {}\n", to_table(found),
             (folder / "detection.json").string(), (folder / "detection.png").string(), options.runs.front(),
             (folder / "aleatoric").string());
  return 0;
}

}  // namespace

void add_shift_study(CLI::App& study, const std::string& command_line, int& exit_code) {
  CLI::App* command = study.add_subcommand(
      "shift", "Does a model notice when the world is another than the one it learned in? Physics, sensors, cameras");
  const auto options = std::make_shared<ShiftOptions>();
  options->out = "studies/shift";
  options->command_line = command_line;
  command
      ->add_option("--shift", options->shifts,
                   "what is another, such as physics.gravity=2, readings.bias=0.1 or environment.position.noise=0.2; "
                   "can be repeated "
                   "(default: seven of gravity, mass, damping and actuators)")
      ->allow_extra_args(false)
      ->type_name("KEY=VALUE");
  options->add_options(*command, "of every shift, and twice of home: for thresholds and for false alarms",
                       "of episodes and predictions");
  add_count(*command, "--window", options->window, "steps that a score is the mean of");
  command->add_option("--false-alarms", options->false_alarms, "share of steps at home above the threshold")
      ->capture_default_str()
      ->type_name("SHARE");
  add_count(*command, "--draws", options->counts.draws, "of the weights, per prediction");
  add_count(*command, "--samples", options->counts.samples, "of the latent state, for each draw of the weights");
  options->add_output_options(*command);
  command->footer(
      "Examples:\n"
      "  vrkn study shift runs/cartpole\n"
      "  vrkn study shift runs/cartpole --policy runs/cartpole --shift physics.mass=4 --shift environment.camera=1\n"
      "  vrkn study shift runs/aleatoric/*cartpole-clear* --out studies/shift");
  on_call(*command, exit_code, options, run_study);
}

}  // namespace vrkn::app
