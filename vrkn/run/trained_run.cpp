#include "vrkn/run/trained_run.h"

#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "vrkn/agent/make_agent.h"
#include "vrkn/core/error.h"
#include "vrkn/env/make_environment.h"
#include "vrkn/run/checkpoint.h"
#include "vrkn/run/fit_data.h"

namespace vrkn::run {
namespace {

env::EnvironmentSpec spec_of(const RunDirectory& run, const ExperimentConfig& config, const Checkpoint& checkpoint) {
  std::optional<data::EpisodeLayout> layout = checkpoint.layout();
  if (!layout && run.is_offline()) layout = read_fit_data(run.data()).layout;
  if (!layout) return env::make_environment(config.environment)->spec();
  return {.name = config.environment.task, .sensors = layout->sensors, .action_size = layout->action_size};
}

}  // namespace

TrainedRun load_run(const std::filesystem::path& path, const std::string& checkpoint,
                    const std::vector<std::string>& overrides) {
  RunDirectory directory = RunDirectory::open(path);
  ExperimentConfig config = directory.config(overrides);
  std::filesystem::path file = directory.find_checkpoint(checkpoint);
  const Checkpoint learned(file);
  env::EnvironmentSpec spec = spec_of(directory, config, learned);
  auto agent = agent::make_agent(config.agent, config.world_model(), spec, /*seed=*/0, c10::Device(config.device));
  learned.load_to_act(*agent);
  return {.directory = std::move(directory),
          .config = std::move(config),
          .checkpoint = std::move(file),
          .progress = learned.progress(),
          .spec = std::move(spec),
          .agent = std::move(agent)};
}

std::string describe(const env::EnvironmentSpec& spec) {
  std::string text;
  for (const env::SensorSpec& sensor : spec.sensors) {
    text += fmt::format("{} [{}]{}, ", sensor.name, fmt::join(sensor.shape, ", "), sensor.masked ? " masked" : "");
  }
  return text + fmt::format("{} actions", spec.action_size);
}

void check_offers(const env::EnvironmentSpec& world, const TrainedRun& run) {
  if (world.sensors == run.spec.sensors && world.action_size == run.spec.action_size) return;
  throw ConfigError(fmt::format("{} learned with {}, but the world {} offers {}", run.directory.path().string(),
                                describe(run.spec), world.name, describe(world)));
}

}  // namespace vrkn::run
