#include "apps/vrkn/config_source.h"

#include "vrkn/run/presets.h"

namespace vrkn::app {

void ConfigSource::add_options(CLI::App& command) {
  auto* file_option = command.add_option("--config", file, "a TOML file")->type_name("FILE");
  command.add_option("--preset", preset, "one of those that vrkn presets lists (default: default)")
      ->type_name("NAME")
      ->excludes(file_option);
  command.add_option("--set", overrides, "overrides one key, such as --set model.latent_dim=64; repeatable")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
}

run::ExperimentConfig ConfigSource::load() const {
  if (!file.empty()) return run::load_experiment(file, overrides);
  return run::load_preset(preset.empty() ? run::kDefaultPreset : preset, overrides);
}

std::filesystem::path default_run_path(const ConfigSource& source, const run::ExperimentConfig& config) {
  std::string name = config.environment.task;
  if (!source.preset.empty() || source.file.empty()) name = source.preset.empty() ? run::kDefaultPreset : source.preset;
  const std::filesystem::path first = std::filesystem::path("runs") / (name + "-seed" + std::to_string(config.seed));
  std::filesystem::path path = first;
  for (int number = 2; std::filesystem::exists(path); ++number) path = first.string() + "-" + std::to_string(number);
  return path;
}

}  // namespace vrkn::app
