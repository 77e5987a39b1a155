#pragma once

#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "vrkn/run/trained_run.h"

namespace vrkn::app {

inline constexpr int64_t kStudyEpisodesAtOnce = 10;

/// What all studies of runs in their worlds are asked for.
struct StudyOptions {
  std::vector<std::string> runs = {};
  std::string policy = "random", out = {};
  int64_t episodes = 20, seed = 0;
  bool json = false;
  std::string command_line = {};  ///< for the record

  /// Adds the runs, --policy, --episodes and --seed; `episodes_of` and `seed_of` say what the last two are of.
  void add_options(CLI::App& command, const char* episodes_of, const char* seed_of);
  /// Adds --out and --json.
  void add_output_options(CLI::App& command);
  /// Throws ConfigError for a number of episodes or a seed that is not allowed.
  void check() const;
};

/// Writes what a study found into its folder, <name>.json, and what it was made with, environment.json; prints the
/// first where --json asks for that.
void write_study(const StudyOptions& options, const std::string& made_with, const std::string& name,
                 const nlohmann::ordered_json& json);

/// A world and the runs that learned in it: what a study compares on equal episodes.
struct StudyWorld {
  env::EnvironmentConfig config;
  std::vector<run::TrainedRun> runs;

  /// "cartpole_swingup, noise 0.2, position ± 0.05"
  std::string name() const;
};

/// The runs in these folders by their worlds, in the order in which these first come. Throws as load_run, and
/// ConfigError for a run without a world model.
std::vector<StudyWorld> load_study_worlds(const std::vector<std::string>& runs);

/// Who acts in a study's episodes: "random", or the agent of a run. Throws ConfigError for a run of another world.
std::unique_ptr<agent::Agent> make_study_policy(const std::string& policy, const StudyWorld& world,
                                                const env::EnvironmentSpec& spec);

}  // namespace vrkn::app
