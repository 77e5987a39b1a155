#include "apps/vrkn/study_worlds.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <utility>

#include <fmt/format.h>

#include "apps/vrkn/options.h"
#include "vrkn/agent/make_agent.h"
#include "vrkn/config/fields.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"

namespace vrkn::app {

void StudyOptions::add_options(CLI::App& command, const char* episodes_of, const char* seed_of) {
  command.add_option("runs", runs, "run directories, in one world or several")->required()->type_name("DIR");
  command.add_option("--policy", policy, "who acts in the episodes: random, or a run directory's agent")
      ->capture_default_str()
      ->type_name("NAME|DIR");
  add_count(command, "--episodes", episodes, episodes_of);
  add_count(command, "--seed", seed, seed_of);
}

void StudyOptions::add_output_options(CLI::App& command) {
  command.add_option("--out", out, "folder for results, new or empty")->capture_default_str()->type_name("DIR");
  command.add_flag("--json", json, "print the results for machines");
}

void StudyOptions::check() const {
  at_least("--episodes", episodes, 1);
  at_least("--seed", seed, 0);
}

void write_study(const StudyOptions& options, const std::string& made_with, const std::string& name,
                 const nlohmann::ordered_json& json) {
  const std::filesystem::path folder(options.out);
  write_file_atomically(folder / "environment.json", made_with);
  write_file_atomically(folder / (name + ".json"), json.dump() + "\n");
  if (options.json) std::cout << json.dump(1) << '\n';
}

std::string StudyWorld::name() const {
  std::string name = fmt::format("{}, noise {}", config.task, config.transition_noise);
  for (const std::string& sensor : config.sensors) {
    name += ", " + sensor;
    for (const auto& [of, conditions] : config.conditions()) {
      if (of == sensor && conditions->noise != 0.0) name += fmt::format(" ± {}", conditions->noise);
    }
  }
  return name;
}

std::vector<StudyWorld> load_study_worlds(const std::vector<std::string>& runs) {
  std::vector<StudyWorld> worlds;
  for (const std::string& path : runs) {
    run::TrainedRun run = run::load_run(path);
    require_model(run, path);
    const std::string text = config::to_toml(run.config.environment);
    const auto same =
        std::ranges::find_if(worlds, [&](const StudyWorld& world) { return config::to_toml(world.config) == text; });
    StudyWorld& world = same != worlds.end() ? *same : worlds.emplace_back(StudyWorld{run.config.environment, {}});
    world.runs.push_back(std::move(run));
  }
  return worlds;
}

std::unique_ptr<agent::Agent> make_study_policy(const std::string& policy, const StudyWorld& world,
                                                const env::EnvironmentSpec& spec) {
  if (policy == "random") return agent::make_agent(agent::RandomConfig{}, {}, spec, /*seed=*/0, c10::kCPU);
  run::TrainedRun run = run::load_run(policy);
  if (config::to_toml(run.config.environment) != config::to_toml(world.config)) {
    throw ConfigError(
        fmt::format("--policy {} learned in {}, but the runs of {} are compared, too; allowed: random, or "
                    "a run of the only world",
                    policy, StudyWorld{run.config.environment, {}}.name(), world.name()));
  }
  return std::move(run.agent);
}

}  // namespace vrkn::app
