#include "apps/vrkn/study_worlds.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "vrkn/agent/make_agent.h"
#include "vrkn/config/fields.h"
#include "vrkn/core/error.h"

namespace vrkn::app {

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
    if (!run.has_model()) throw ConfigError("the agent of " + path + " has no world model, so it predicts nothing");
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
