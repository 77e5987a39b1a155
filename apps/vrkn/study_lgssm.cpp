#include <filesystem>
#include <iostream>
#include <memory>

#include <fmt/format.h>

#include "apps/vrkn/console.h"
#include "apps/vrkn/studies.h"
#include "vrkn/config/fields.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/presentation/study_figure.h"
#include "vrkn/report/progress.h"
#include "vrkn/run/system_report.h"
#include "vrkn/study/series_file.h"
#include "vrkn/study/series_results.h"
#include "vrkn/study/study_results.h"

namespace vrkn::app {
namespace {

/// The configuration as the command line addresses it: study.transition_matrix and so on.
struct LgssmExperiment {
  study::StudyConfig study = {};
  static constexpr void fields(auto& self, auto&& field) {
    field("study", self.study, "the linear-Gaussian study of the paper's Section 2.2");
  }
};

struct LgssmOptions {
  std::string preset = "paper";
  std::vector<std::string> overrides = {};
  std::string out = {};
  bool optimum = false;
  bool json = false;
  std::string command_line = {};  // for the record
  std::string data = {}, array = {};
  study::SeriesFitOptions fit = {};
};

LgssmExperiment load(const LgssmOptions& options) {
  LgssmExperiment experiment{study::study_preset(options.preset)};
  config::apply_entries(config::parse_overrides(options.overrides), experiment);
  return experiment;
}

/// The folder for the results. Throws InputError when it holds some already.
std::filesystem::path claim(const std::string& out) {
  std::filesystem::path folder(out);
  if (std::filesystem::exists(folder / "results.json")) {
    throw InputError("'" + out + "' already holds the results of a study; choose another folder with --out");
  }
  return folder;
}

/// Writes what was found, and `made_with`, what it was made with.
void write_results(const std::filesystem::path& folder, const nlohmann::ordered_json& json,
                   const std::string& made_with) {
  write_file_atomically(folder / "environment.json", made_with);
  write_file_atomically(folder / "results.json", json.dump(2) + "\n");
}

int print_optimum(const LgssmOptions& options) {
  const study::StudyConfig config = load(options).study;
  const study::PopulationResult population = study::study_population(config);
  if (options.json) {
    std::cout << to_json(population, config).dump(2) << '\n';
  } else {
    std::cout << to_table(population, config) << "\nnext: vrkn study lgssm --preset quick\n";
  }
  return 0;
}

int run_study(const LgssmOptions& options) {
  const LgssmExperiment experiment = load(options);
  const study::StudyConfig& config = experiment.study;
  const std::filesystem::path folder = claim(options.out.empty() ? "studies/lgssm-" + options.preset : options.out);
  const std::string made_with = run::system_report_json(config.first_seed, "cpu", options.command_line);
  const study::PopulationResult population = study::study_population(config);

  report::Progress progress("learning", {.total = study::network_updates(config), .terminal = is_terminal()},
                            std::cerr);
  const auto results = study::run_lgssm_study(
      config, {.stop_requested = stop_requested, .on_progress = [&](int64_t done) { progress.update(done); }});
  progress.clear();
  if (!results) return stop_exit_code();

  std::filesystem::create_directories(folder);
  write_file_atomically(folder / "study.toml", config::to_toml(experiment));
  presentation::write_study_figure(folder, population, *results, config);
  const nlohmann::ordered_json json = to_json(population, *results, config);
  write_results(folder, json, made_with);
  if (options.json) {
    std::cout << json.dump(2) << '\n';
    return 0;
  }
  std::cout << to_table(population, *results, config);
  fmt::print("\nresults: {}\nfigure:  {}\n", (folder / "results.json").string(), (folder / "figure.png").string());
  return 0;
}

int fit_data(const LgssmOptions& options) {
  const kalman::Sequences data = study::read_series(options.data, options.array);
  const std::filesystem::path file(options.data);
  const std::filesystem::path folder = claim(options.out.empty() ? "studies/" + file.stem().string() : options.out);
  const std::string made_with = run::system_report_json(/*seed=*/0, "cpu", options.command_line);
  const study::SeriesFit fit = study::fit_series(data, options.fit);

  std::filesystem::create_directories(folder);
  study::write_beliefs(folder / "beliefs.npz", fit);
  const nlohmann::ordered_json json = to_json(fit);
  write_results(folder, json, made_with);
  if (options.json) {
    std::cout << json.dump(2) << '\n';
    return 0;
  }
  std::cout << to_table(fit);
  fmt::print("\nresults: {}\nbeliefs: {}\n", (folder / "results.json").string(), (folder / "beliefs.npz").string());
  return 0;
}

int study_or_fit(const LgssmOptions& options) {
  if (!options.data.empty()) return fit_data(options);
  return options.optimum ? print_optimum(options) : run_study(options);
}

/// A flag that stands for one key of the configuration.
void add_shortcut(CLI::App& command, const std::string& flag, const std::string& key, const std::string& help,
                  LgssmOptions& options) {
  command
      .add_option_function<std::string>(
          flag, [&options, key](const std::string& value) { options.overrides.push_back(key + "=" + value); }, help)
      ->type_name("N");
}

}  // namespace

void add_lgssm_study(CLI::App& study, const std::string& command_line, int& exit_code) {
  CLI::App* command = study.add_subcommand(
      "lgssm",
      "Why the RSSM overestimates aleatoric uncertainty, on the linear-Gaussian model; or fit that model to "
      "sequences of your own");
  const auto options = std::make_shared<LgssmOptions>();
  options->command_line = command_line;
  command->add_option("--preset", options->preset, "paper (5 seeds) or quick (a minute)")
      ->capture_default_str()
      ->type_name("NAME");
  command
      ->add_option("--set", options->overrides, "a key of the study, as in study.transition_var=0.02; can be repeated")
      ->type_name("KEY=VALUE");
  add_shortcut(*command, "--seeds", "study.seeds", "how often all is repeated with other data", *options);
  add_shortcut(*command, "--sequences", "study.sequences", "sequences to learn from", *options);
  add_shortcut(*command, "--length", "study.length", "observations in a sequence", *options);
  add_shortcut(*command, "--threads", "study.threads", "what is learned side by side; 0: one per processor", *options);
  command->add_option("--out", options->out, "folder for results (default: studies/lgssm-<preset>)")->type_name("DIR");
  command->add_flag("--optimum", options->optimum, "only the exact optimum of the RSSM bound: no data, a second");
  command->add_flag("--json", options->json, "print the results for machines");
  command
      ->add_option("--data", options->data,
                   "fit to these sequences instead: an .npz or .npy file with an array [sequences, length, "
                   "components], NaN where missing, or a .csv file of one sequence, a step a line")
      ->type_name("FILE");
  command->add_option("--array", options->array, "with --data and .npz: the array's name (default: the only one)")
      ->type_name("NAME");
  command
      ->add_option("--state-size", options->fit.state_size,
                   "with --data: states of the model (default: as many as components)")
      ->type_name("N");
  command->add_option("--held-out", options->fit.held_out, "with --data: share of the sequences to test on")
      ->capture_default_str()
      ->type_name("SHARE");
  command->footer(
      "Examples:\n"
      "  vrkn study lgssm --optimum\n"
      "  vrkn study lgssm --preset quick\n"
      "  vrkn study lgssm --optimum --json --set 'study.transition_matrix=[[0.9,-0.2],[0.2,0.9]]'\n"
      "  vrkn study lgssm --data my_sequences.npz --state-size 4 --out studies/mine");
  on_call(*command, exit_code, options, study_or_fit);
}

}  // namespace vrkn::app
