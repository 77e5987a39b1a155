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
#include "vrkn/core/kind_of.h"
#include "vrkn/core/random.h"
#include "vrkn/env/make_environment.h"
#include "vrkn/evaluation/rollout.h"
#include "vrkn/evaluation/variance_comparison.h"
#include "vrkn/presentation/variance_report.h"
#include "vrkn/report/progress.h"
#include "vrkn/run/processor_setup.h"
#include "vrkn/run/system_report.h"

namespace vrkn::app {
namespace {

namespace fs = std::filesystem;

struct AleatoricOptions : StudyOptions {
  evaluation::BranchOptions branches;
  evaluation::BranchingCounts counts;
};

/// What all models of a world are compared on.
struct HeldOut {
  std::vector<data::Episode> episodes;
  std::vector<evaluation::TrueFutures> futures;
};

std::optional<HeldOut> play(const AleatoricOptions& options, const StudyWorld& world) {
  env::BranchingWorld branching(world.config);  // first, for it says what cannot be compared
  env::EnvironmentPool environments =
      env::make_environment_pool(world.config, std::min(options.episodes, kStudyEpisodesAtOnce),
                                 run::thread_count(world.runs.front().config.threads));
  for (const run::TrainedRun& run : world.runs) run::check_offers(environments.spec(), run);
  const auto agent = make_study_policy(options.policy, world, environments.spec());
  const uint64_t seed = derive_seed(static_cast<uint64_t>(options.seed), "aleatoric");

  report::Progress progress("futures of " + world.name(), {.total = options.episodes, .terminal = is_terminal()},
                            std::cerr);
  HeldOut held_out;
  const auto receive = [&](int64_t, const data::Episode& episode) { held_out.episodes.push_back(episode); };
  if (!evaluation::roll_out(*agent, environments, options.episodes, seed, receive, {{}, stop_requested})) return {};
  const std::vector<uint64_t> seeds = evaluation::episode_seeds(seed, options.episodes);
  for (size_t i = 0; i < held_out.episodes.size(); ++i) {
    progress.update(static_cast<int64_t>(i));
    auto futures =
        evaluation::true_futures(branching, held_out.episodes[i], seeds[i], options.branches, stop_requested);
    if (!futures) return {};
    held_out.futures.push_back(*std::move(futures));
  }
  return held_out;
}

/// The comparisons of the runs of one world; nothing when a stop was requested.
std::optional<std::vector<presentation::ComparedRun>> compare(const AleatoricOptions& options,
                                                              const StudyWorld& world) {
  const std::optional<HeldOut> held_out = play(options, world);
  if (!held_out) return {};
  report::Progress progress("predicting", {.total = static_cast<int64_t>(world.runs.size()), .terminal = is_terminal()},
                            std::cerr);
  std::vector<presentation::ComparedRun> compared;
  for (const run::TrainedRun& run : world.runs) {
    progress.update(static_cast<int64_t>(compared.size()));
    run::set_up_processor(run.config);
    evaluation::VarianceComparison comparison(run.model(), options.branches, options.counts,
                                              evaluation::scatter_of(held_out->episodes, run.model().sensors()));
    for (size_t i = 0; i < held_out->episodes.size(); ++i) {
      if (stop_requested()) return {};
      math::TensorGenerator rng(derive_seed(static_cast<uint64_t>(options.seed), "variances", i), run.agent->device());
      comparison.add(held_out->episodes[i], held_out->futures[i], rng);
    }
    compared.push_back({.run = run.directory.path().string(),
                        .world = world.name(),
                        .model = kind_of(run.config.model),
                        .seed = run.config.seed,
                        .quantities = comparison.quantities()});
  }
  return compared;
}

int run_study(const AleatoricOptions& options) {
  options.check();
  options.branches.validate();
  refuse_unless_free(options.out);
  const std::string made_with = run::system_report_json(options.seed, "cpu", options.command_line);
  std::vector<presentation::ComparedRun> compared;
  for (const StudyWorld& world : load_study_worlds(options.runs)) {
    auto found = compare(options, world);
    if (!found) return stop_exit_code();
    std::ranges::move(*found, std::back_inserter(compared));
  }

  const std::vector<presentation::VarianceGroup> groups = presentation::variance_groups(compared);
  const fs::path folder(options.out);
  fs::create_directories(folder);
  presentation::write_variance_figure(folder, groups);
  write_study(options, made_with, "variances", to_json(compared, groups));
  if (options.json) return 0;
  fmt::print("{}\nresults: {}\nfigure:  {}\nnext:    vrkn eval {} --uncertainty --out {}\n", to_table(groups),
             (folder / "variances.json").string(), (folder / "ratios.png").string(), options.runs.front(),
             (folder / "calibration").string());
  return 0;
}

}  // namespace

void add_aleatoric_study(CLI::App& study, const std::string& command_line, int& exit_code) {
  CLI::App* command =
      study.add_subcommand("aleatoric",
                           "Does a model hold the world for as random as it is? Predicted variances against those of "
                           "many futures of one and the same physics state");
  const auto options = std::make_shared<AleatoricOptions>();
  options->out = "studies/aleatoric";
  options->command_line = command_line;
  options->add_options(*command, "of each world, the same for all models", "of episodes, futures and predictions");
  command->add_option("--steps", options->branches.steps_ahead, "how many agent steps ahead")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->capture_default_str()
      ->type_name("N,...");
  add_count(*command, "--states", options->branches.states, "of each episode from which the world goes on");
  add_count(*command, "--futures", options->branches.futures, "of the world from each state");
  add_count(*command, "--draws", options->counts.outcomes.draws, "of the weights, per prediction");
  add_count(*command, "--samples", options->counts.outcomes.samples,
            "of the latent state, for each draw of the weights");
  add_count(*command, "--ways", options->counts.ways, "of the dynamics, from each sample of the latent state");
  command->add_flag("--around-samples", options->counts.outcomes.around_samples,
                    "VRKN: linearise the dynamics at each sample of the state, not at the belief's mean");
  options->add_output_options(*command);
  command->footer(
      "Examples:\n"
      "  vrkn study aleatoric runs/cartpole-vrkn runs/cartpole-rssm\n"
      "  vrkn study aleatoric runs/aleatoric/* --episodes 20 --out studies/aleatoric\n"
      "  vrkn study aleatoric runs/cartpole --policy runs/cartpole --steps 1,2,5,10,20 --states 10");
  on_call(*command, exit_code, options, run_study);
}

}  // namespace vrkn::app
