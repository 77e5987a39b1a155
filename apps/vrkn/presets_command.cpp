#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/vrkn/commands.h"
#include "vrkn/train/presets.h"

namespace vrkn::app {
namespace {

struct Preset {
  std::string name;
  train::BaseChain chain;
  train::ExperimentConfig config;
};

std::vector<Preset> read_presets() {
  std::vector<Preset> presets;
  for (const std::string& name : train::preset_names())
    presets.push_back({name, train::preset_chain(name), train::load_preset(name)});
  return presets;
}

template <class Kinds>
std::string kind_of(const Kinds& kinds) {
  return std::visit([](const auto& chosen) { return std::string(chosen.kKind); }, kinds);
}

void print_table() {
  constexpr const char* kRow = "{:<{}}{:<18}{:<20}{:<9}{:>9}{:>9}{:>10}{:>7}\n";
  const std::vector<Preset> presets = read_presets();
  size_t width = 0;
  for (const Preset& preset : presets) width = std::max(width, preset.name.size() + 2);
  fmt::print(kRow, "preset", width, "task", "model", "agent", "steps", "updates", "s/update", "hours");
  for (const Preset& preset : presets) {
    const train::ExperimentConfig& config = preset.config;
    const train::AboutConfig& about = preset.chain.about;
    const bool measured = about.update_s > 0.0;
    const double hours = about.update_s * static_cast<double>(config.updates()) / 3600.0;
    fmt::print(kRow, preset.name, width, config.environment.task, kind_of(config.model), kind_of(config.agent),
               config.environment_steps(), config.updates(), measured ? fmt::format("{:.3f}", about.update_s) : "",
               measured ? fmt::format("{:.1f}", hours) : "");
    fmt::print("    {}\n", about.reproduces);
  }
  fmt::print(
      "\nsteps: control steps of the simulator. s/update: where it was measured; --json says on what.\n"
      "hours: all updates at that pace, to which playing and evaluating come.\n"
      "Another task: --set environment.task=..., see vrkn tasks.\n");
}

void print_json() {
  nlohmann::ordered_json presets = nlohmann::ordered_json::array();
  for (const Preset& preset : read_presets()) {
    const train::AboutConfig& about = preset.chain.about;
    nlohmann::ordered_json entry = {{"name", preset.name},
                                    {"reproduces", about.reproduces},
                                    {"bases", preset.chain.bases},
                                    {"task", preset.config.environment.task},
                                    {"model", kind_of(preset.config.model)},
                                    {"agent", kind_of(preset.config.agent)},
                                    {"environment_steps", preset.config.environment_steps()},
                                    {"updates", preset.config.updates()},
                                    {"update_s", nullptr},
                                    {"measured", nullptr}};
    if (about.update_s > 0.0) {
      entry["update_s"] = about.update_s;
      entry["measured"] = about.measured;
    }
    presets.push_back(std::move(entry));
  }
  std::cout << presets.dump(2) << '\n';
}

}  // namespace

void add_presets_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("presets", "List the presets: what each reproduces and what it costs");
  const auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "print the list for machines");
  command->footer(
      "Examples:\n"
      "  vrkn presets\n"
      "  vrkn train --preset small-fig5-planet-vrkn --set environment.task=cheetah_run");
  command->callback([json] { *json ? print_json() : print_table(); });
}

}  // namespace vrkn::app
