#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/vrkn/commands.h"
#include "apps/vrkn/console.h"
#include "apps/vrkn/imagine_files.h"
#include "apps/vrkn/output_folder.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/core/random.h"
#include "vrkn/data/episode_log.h"
#include "vrkn/data/npz.h"
#include "vrkn/env/make_environment.h"
#include "vrkn/evaluation/held_out.h"
#include "vrkn/report/progress.h"
#include "vrkn/run/processor_setup.h"
#include "vrkn/run/trained_run.h"

namespace vrkn::app {
namespace {

namespace fs = std::filesystem;

struct ImagineOptions {
  std::vector<std::string> runs;
  std::string data, out, device;
  int64_t context = evaluation::kContext, horizon = evaluation::kHorizon, samples = 20;
  int64_t episodes = 1;
  int64_t seed = 0;
  bool json = false;
};

void check(const ImagineOptions& options) {
  const auto at_least = [](const char* name, int64_t value, int64_t smallest) {
    if (value < smallest) throw ConfigError(fmt::format("{} is {}, but must be at least {}", name, value, smallest));
  };
  at_least("--context", options.context, 1);
  at_least("--horizon", options.horizon, 0);
  at_least("--samples", options.samples, 1);
  at_least("--episodes", options.episodes, 1);
  at_least("--seed", options.seed, 0);
}

/// A run under the name that pictures and tables give it.
struct Learner {
  std::string label;
  run::TrainedRun run;
};

Learner load(const std::string& path, const std::string& device) {
  std::vector<std::string> overrides;
  if (!device.empty()) overrides.push_back("device=" + device);
  Learner learner{.label = fs::absolute(path / fs::path("")).parent_path().filename().string(),
                  .run = run::load_run(path, "last", overrides)};
  if (!learner.run.has_model()) {
    throw ConfigError(path + " has a random agent, which has no model to imagine with");
  }
  if (!learner.run.model().reconstructs()) {
    throw ConfigError(path + " learned from rewards alone (its sensors weigh 0): its model shows no sensors");
  }
  return learner;
}

std::vector<Learner> load_all(const ImagineOptions& options) {
  std::vector<Learner> learners;
  for (const std::string& path : options.runs) {
    Learner learner = load(path, options.device);
    if (!learners.empty()) {
      const env::EnvironmentSpec &first = learners.front().run.spec, &spec = learner.run.spec;
      if (spec.sensors != first.sensors || spec.action_size != first.action_size) {
        throw ConfigError(fmt::format("{} has {}, but {} has {}: only runs with the same sensors can be compared", path,
                                      run::describe(spec), options.runs.front(), run::describe(first)));
      }
    }
    const auto same = std::ranges::count(learners, learner.label, &Learner::label);
    if (same > 0) learner.label += fmt::format(" ({})", learners.size() + 1);
    learners.push_back(std::move(learner));
  }
  return learners;
}

/// The worlds of the first run, in which its agent plays.
struct Stage {
  std::unique_ptr<env::Environment> world, undisturbed;
};

Stage make_stage(const ImagineOptions& options, const run::TrainedRun& actor) {
  Stage stage{env::make_environment(actor.config.environment),
              env::make_environment(actor.config.environment.undisturbed())};
  const env::EnvironmentSpec& found = stage.world->spec();
  if (found.sensors != actor.spec.sensors || found.action_size != actor.spec.action_size) {
    throw ConfigError(
        fmt::format("{} learned from files with {}, which its task {} does not offer; give it an episode "
                    "with --data",
                    options.runs.front(), run::describe(actor.spec), actor.config.environment.task));
  }
  return stage;
}

/// The episode of the given number. Nothing when a stop was requested.
std::optional<evaluation::PairedEpisode> play(const ImagineOptions& options, const run::TrainedRun& actor,
                                              const Stage& stage, int64_t number) {
  const uint64_t seed = derive_seed(static_cast<uint64_t>(options.seed), "eval");  // the episodes of vrkn eval
  const auto index = static_cast<uint64_t>(number);
  math::TensorGenerator rng(derive_seed(seed, "agent", index), actor.agent->device());
  return evaluation::play_pair(*actor.agent, *stage.world, *stage.undisturbed, derive_seed(seed, "environment", index),
                               options.context + options.horizon, {.rng = rng}, stop_requested);
}

evaluation::PairedEpisode read(const ImagineOptions& options, const env::EnvironmentSpec& spec) {
  const data::Episode episode =
      data::to_episode(data::read_npz(options.data), {.sensors = spec.sensors, .action_size = spec.action_size});
  return {.seen = episode, .truth = episode};
}

evaluation::ImaginedEpisode imagine(const ImagineOptions& options, const std::vector<Learner>& learners,
                                    const evaluation::PairedEpisode& pair, int64_t number) {
  evaluation::ImaginedEpisode episode = evaluation::first_steps(pair, learners.front().run.spec.sensors,
                                                                options.context, options.context + options.horizon);
  const uint64_t seed = derive_seed(static_cast<uint64_t>(options.seed), "episode", static_cast<uint64_t>(number));
  for (const Learner& learner : learners) {
    evaluation::add_run(episode, learner.label, learner.run.model(), learner.run.agent->device(), options.samples,
                        seed);
  }
  return episode;
}

nlohmann::ordered_json summary(const ImagineOptions& options, const std::vector<Learner>& learners,
                               const std::vector<evaluation::OpenLoopErrors>& errors,
                               const std::vector<std::string>& folders) {
  auto runs = nlohmann::ordered_json::array();
  for (size_t run = 0; run < learners.size(); ++run) {
    nlohmann::ordered_json by_step;
    for (const evaluation::StepErrors& error : errors[run].errors()) by_step[error.name] = error.by_step;
    runs.push_back({{"run", options.runs[run]}, {"label", learners[run].label}, {"squared_error", by_step}});
  }
  return {{"task", learners.front().run.config.environment.task},
          {"data", options.data},
          {"seed", options.seed},
          {"context", options.context},
          {"horizon", options.horizon},
          {"samples", options.samples},
          {"episodes", folders},
          {"runs", runs}};
}

/// One line per run and quantity: the mean over the context, and single imagined steps.
void print_table(const ImagineOptions& options, const std::vector<Learner>& learners,
                 const std::vector<evaluation::OpenLoopErrors>& errors) {
  std::vector<int64_t> shown;
  for (const int64_t step : {1, 2, 5, 10, 20, 50, 100, 200, 500}) {
    if (step < options.horizon) shown.push_back(step);
  }
  if (options.horizon > 0) shown.push_back(options.horizon);
  fmt::print("mean squared error of the imagined step (seen: mean over the context of {})\n", options.context);
  fmt::print("{:<20} {:<16} {:>10}", "run", "", "seen");
  for (const int64_t step : shown) fmt::print(" {:>10}", step);
  fmt::print("\n");
  for (size_t run = 0; run < learners.size(); ++run) {
    for (const evaluation::StepErrors& error : errors[run].errors()) {
      fmt::print("{:<20} {:<16} {:>10.4g}", learners[run].label, error.name, error.mean(0, options.context));
      for (const int64_t step : shown) {
        fmt::print(" {:>10.4g}", error.by_step[static_cast<size_t>(options.context + step - 1)]);
      }
      fmt::print("\n");
    }
  }
}

int run(const ImagineOptions& options) {
  check(options);
  const std::vector<Learner> learners = load_all(options);
  run::set_up_processor(learners.front().run.config);
  std::optional<Stage> stage;
  if (options.data.empty()) stage = make_stage(options, learners.front().run);
  refuse_unless_free(options.out);

  std::vector<evaluation::OpenLoopErrors> errors(
      learners.size(),
      evaluation::OpenLoopErrors(learners.front().run.spec.sensors, options.context + options.horizon));
  std::vector<std::string> folders;
  report::Progress progress("imagining", {.total = options.episodes, .terminal = is_terminal()}, std::cerr);
  for (int64_t number = 0; number < options.episodes; ++number) {
    const auto pair =
        stage ? play(options, learners.front().run, *stage, number) : read(options, learners.front().run.spec);
    if (!pair || stop_requested()) {
      progress.clear();
      return stop_exit_code();
    }
    const evaluation::ImaginedEpisode episode = imagine(options, learners, *pair, number);
    for (size_t i = 0; i < learners.size(); ++i) errors[i].add(episode.imagined[i], episode.truth);
    folders.push_back(fmt::format("{:06}", number));
    write_imagined(fs::path(options.out) / folders.back(), episode);
    progress.update(number + 1);
  }
  progress.clear();

  const std::string text = summary(options, learners, errors, folders).dump(2) + '\n';
  write_file_atomically(fs::path(options.out) / "summary.json", text);
  if (options.json) {
    std::cout << text;
    return 0;
  }
  print_table(options, learners, errors);
  fmt::print("files: {}\n", (fs::path(options.out) / folders.front()).string());
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
  command->add_option("--context", options->context, "steps that the models see")
      ->capture_default_str()
      ->type_name("N");
  command->add_option("--horizon", options->horizon, "steps that they imagine after that")
      ->capture_default_str()
      ->type_name("N");
  command->add_option("--samples", options->samples, "imagined trajectories: for means and deviations")
      ->capture_default_str()
      ->type_name("N");
  auto* episodes_option =
      command->add_option("--episodes", options->episodes, "how many")->capture_default_str()->type_name("N");
  command->add_option("--seed", options->seed, "of the episodes and the samples")
      ->capture_default_str()
      ->type_name("N");
  command->add_option("--data", options->data, "read this .npz episode instead of playing")
      ->type_name("FILE")
      ->excludes(episodes_option);
  command->add_option("--device", options->device, "cpu or cuda (default: the runs')")->type_name("NAME");
  command->add_flag("--json", options->json, "print summary.json instead of a table");
  command->footer(
      "Examples:\n"
      "  vrkn imagine runs/default-seed1 --out imagined\n"
      "  vrkn imagine runs/vrkn runs/rssm --context 5 --horizon 45 --episodes 3 --out compared\n"
      "  vrkn imagine runs/fit --data episodes/000003.npz --out imagined");
  command->callback([options, &exit_code] {
    install_signal_handlers();
    exit_code = run(*options);
  });
}

}  // namespace vrkn::app
