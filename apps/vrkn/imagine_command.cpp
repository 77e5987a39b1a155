#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "apps/vrkn/commands.h"
#include "apps/vrkn/console.h"
#include "apps/vrkn/options.h"
#include "apps/vrkn/outputs.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/core/json_text.h"
#include "vrkn/core/memory.h"
#include "vrkn/core/random.h"
#include "vrkn/data/episode_file.h"
#include "vrkn/data/episode_log.h"
#include "vrkn/data/npz.h"
#include "vrkn/evaluation/held_out.h"
#include "vrkn/evaluation/paired_worlds.h"
#include "vrkn/evaluation/rollout.h"
#include "vrkn/model/uncertainty.h"
#include "vrkn/presentation/imagined_files.h"
#include "vrkn/presentation/imagined_summary.h"
#include "vrkn/report/progress.h"
#include "vrkn/run/comparable_runs.h"
#include "vrkn/run/memory_need.h"
#include "vrkn/run/processor_setup.h"

namespace vrkn::app {
namespace {

namespace fs = std::filesystem;

struct ImagineOptions {
  std::vector<std::string> runs;
  std::vector<std::string> sensors;  // empty: all
  std::string data, layout = "auto", out, device;
  int64_t context = evaluation::kContext, horizon = evaluation::kHorizon, samples = 20;
  int64_t episodes = 1;
  int64_t seed = 0;
  bool json = false;
};

void check(const ImagineOptions& options) {
  at_least("--context", options.context, 1);
  at_least("--horizon", options.horizon, 0);
  at_least("--samples", options.samples, 1);
  at_least("--episodes", options.episodes, 1);
  at_least("--seed", options.seed, 0);
}

/// The worlds of the first run, in which its agent plays.
evaluation::PairedWorlds make_worlds(const run::LabelledRun& first) {
  evaluation::PairedWorlds worlds(first.run.config.environment);
  const env::EnvironmentSpec &found = worlds.spec(), &learned = first.run.spec;
  if (found.sensors != learned.sensors || found.action_size != learned.action_size) {
    throw ConfigError(
        fmt::format("{} learned from files with {}, which its task {} does not offer; give it an episode "
                    "with --data",
                    first.path, run::describe(learned), first.run.config.environment.task));
  }
  return worlds;
}

/// The longest episode of a file.
evaluation::PairedEpisode read(const std::string& path, const std::string& layout, const env::EnvironmentSpec& spec) {
  const std::vector<data::Episode> episodes = data::to_episodes(
      data::read_npz(path), {.sensors = spec.sensors, .action_size = spec.action_size}, data::file_layout_from(layout));
  const data::Episode& longest = *std::ranges::max_element(episodes, {}, &data::Episode::length);
  return {.seen = longest, .truth = longest};
}

evaluation::ImaginedEpisode imagine(const ImagineOptions& options, const std::vector<run::LabelledRun>& runs,
                                    const evaluation::PairedEpisode& pair, int64_t number) {
  evaluation::ImaginedEpisode episode =
      evaluation::first_steps(pair, runs.front().run.spec.sensors, options.context, options.context + options.horizon);
  if (!options.sensors.empty()) episode.predicted = model::find_sensors(episode.sensors, options.sensors);
  const uint64_t seed = derive_seed(static_cast<uint64_t>(options.seed), "episode", static_cast<uint64_t>(number));
  for (const run::LabelledRun& labelled : runs) {
    evaluation::add_run(episode, labelled.label, labelled.run.model(), labelled.run.agent->device(), options.samples,
                        seed);
  }
  return episode;
}

int run(const ImagineOptions& options) {
  check(options);
  const std::vector<run::LabelledRun> runs = run::load_comparable_runs(options.runs, options.device);
  const run::TrainedRun& first = runs.front().run;
  model::find_sensors(first.spec.sensors, options.sensors);  // refuses a name that is none before anything is played
  run::set_up_processor(first.config);
  std::optional<evaluation::PairedWorlds> worlds;
  if (options.data.empty()) worlds = make_worlds(runs.front());
  refuse_unless_free(options.out);

  const int64_t steps = options.context + options.horizon;
  require_memory(
      static_cast<double>(options.samples) * run::bytes_of_steps(first.spec, steps),
      fmt::format("--samples {}, --horizon {}, --context {}", options.samples, options.horizon, options.context));
  std::vector<evaluation::OpenLoopErrors> errors(runs.size(), evaluation::OpenLoopErrors(first.spec.sensors, steps));
  presentation::ImaginedSummary summary{.task = first.config.environment.task,
                                        .data = options.data,
                                        .seed = options.seed,
                                        .context = options.context,
                                        .horizon = options.horizon,
                                        .samples = options.samples};
  const uint64_t seed = evaluation::evaluation_seed(static_cast<uint64_t>(options.seed));
  report::Progress progress("imagining", {.total = options.episodes, .terminal = is_terminal()}, std::cerr);
  for (int64_t number = 0; number < options.episodes; ++number) {
    const auto pair = worlds ? worlds->play(*first.agent, seed, number, steps, stop_requested)
                             : read(options.data, options.layout, first.spec);
    if (!pair || stop_requested()) {
      progress.clear();
      return stop_exit_code();
    }
    const evaluation::ImaginedEpisode episode = imagine(options, runs, *pair, number);
    for (size_t i = 0; i < runs.size(); ++i) errors[i].add(episode.imagined[i], episode.truth);
    summary.episodes.push_back(data::episode_name(number));
    presentation::write_imagined(fs::path(options.out) / summary.episodes.back(), episode);
    progress.update(number + 1);
  }
  progress.clear();

  for (size_t i = 0; i < runs.size(); ++i) summary.runs.push_back({runs[i].path, runs[i].label, errors[i].errors()});
  const std::string text = json_text(presentation::to_json(summary), 2) + '\n';
  write_file_atomically(fs::path(options.out) / "summary.json", text);
  if (options.json) {
    std::cout << text;
  } else {
    fmt::print("{}files: {}\n", presentation::to_table(summary),
               (fs::path(options.out) / summary.episodes.front()).string());
  }
  return 0;
}

}  // namespace

void add_imagine_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<ImagineOptions>();
  CLI::App* command = app.add_subcommand("imagine", "Show what world models predict of an episode they saw only begin");
  command->add_option("runs", options->runs, "run directories with the same sensors; the first one's agent plays")
      ->required()
      ->type_name("DIR");
  command->add_option("--out", options->out, "folder, new or empty, for pictures, videos, figures and numbers")
      ->required()
      ->type_name("DIR");
  add_count(*command, "--context", options->context, "steps that the models see");
  add_count(*command, "--horizon", options->horizon, "steps that they imagine after that");
  add_count(*command, "--samples", options->samples, "imagined trajectories: for means and deviations");
  command
      ->add_option("--sensors", options->sensors,
                   "decode these alone, such as position; pictures take most of the time (default: all)")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("NAME,...");
  auto* episodes_option = add_count(*command, "--episodes", options->episodes, "how many");
  add_count(*command, "--seed", options->seed, "of the episodes and the samples");
  auto* data_option =
      command->add_option("--data", options->data, "read the longest episode of this .npz file instead of playing")
          ->type_name("FILE")
          ->excludes(episodes_option);
  command->add_option("--layout", options->layout, "with --data: as for vrkn fit")
      ->capture_default_str()
      ->type_name("NAME")
      ->needs(data_option);
  command->add_option("--device", options->device, "cpu or cuda (default: the runs')")->type_name("NAME");
  command->add_flag("--json", options->json, "print summary.json instead of a table");
  command->footer(
      "Examples:\n"
      "  vrkn imagine runs/default-seed1 --out imagined\n"
      "  vrkn imagine runs/vrkn runs/rssm --context 5 --horizon 45 --episodes 3 --out compared\n"
      "  vrkn imagine runs/default-seed1 --sensors position --out positions\n"
      "  vrkn imagine runs/fit --data episodes/000003.npz --out imagined");
  on_call(*command, exit_code, options, run);
}

}  // namespace vrkn::app
