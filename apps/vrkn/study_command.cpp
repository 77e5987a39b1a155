#include <filesystem>
#include <iostream>
#include <memory>

#include <fmt/format.h>

#include "apps/vrkn/commands.h"
#include "apps/vrkn/console.h"
#include "apps/vrkn/study_results.h"
#include "vrkn/config/fields.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/report/progress.h"
#include "vrkn/study/lgssm_study.h"

namespace vrkn::app {
namespace {

/// The configuration as the command line addresses it: study.transition_matrix and so on.
struct LgssmExperiment {
  StudyConfig study = {};
  static constexpr void fields(auto& self, auto&& field) {
    field("study", self.study, "the linear-Gaussian study of Section 2.2");
  }
};

struct LgssmOptions {
  std::string preset = "paper";
  std::vector<std::string> overrides = {};
  std::string out = {};
  bool optimum = false;
  bool json = false;
};

LgssmExperiment load(const LgssmOptions& options) {
  LgssmExperiment experiment{study_preset(options.preset)};
  config::apply_entries(config::parse_overrides(options.overrides), experiment);
  return experiment;
}

/// The folder for the results, which must not hold any yet.
std::filesystem::path claim(const std::string& out) {
  const std::filesystem::path folder(out);
  if (std::filesystem::exists(folder / "results.json")) {
    throw InputError("'" + out + "' already holds the results of a study; choose another folder with --out");
  }
  std::filesystem::create_directories(folder);
  return folder;
}

int print_optimum(const LgssmOptions& options) {
  const StudyConfig config = load(options).study;
  const PopulationResult population = study_population(config);
  if (options.json) {
    std::cout << to_json(population, config).dump(2) << '\n';
  } else {
    std::cout << to_table(population, config);
  }
  return 0;
}

int run_study(const LgssmOptions& options) {
  const LgssmExperiment experiment = load(options);
  const StudyConfig& config = experiment.study;
  const std::filesystem::path folder = claim(options.out.empty() ? "results/lgssm-" + options.preset : options.out);
  const PopulationResult population = study_population(config);

  Progress progress("learning", {.total = network_updates(config), .terminal = is_terminal()}, std::cerr);
  const auto results = run_lgssm_study(
      config, {.stop_requested = stop_requested, .on_progress = [&](int64_t done) { progress.update(done); }});
  progress.clear();
  if (!results) return stop_exit_code();

  write_file_atomically(folder / "study.toml", config::to_toml(experiment));
  write_study_figure(folder, config, population, *results);
  const nlohmann::ordered_json json = to_json(population, *results, config);
  write_file_atomically(folder / "results.json", json.dump(2) + "\n");
  if (options.json) {
    std::cout << json.dump(2) << '\n';
    return 0;
  }
  std::cout << to_table(population, *results, config);
  fmt::print("\nresults: {}\nfigure:  {}\n", (folder / "results.json").string(), (folder / "figure.svg").string());
  return 0;
}

}  // namespace
