#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/vrkn/commands.h"
#include "vrkn/core/kind_of.h"
#include "vrkn/run/presets.h"

namespace vrkn::app {
namespace {

struct Preset {
  std::string name;
  run::BaseChain chain;
  run::ExperimentConfig config;
};

std::vector<Preset> read_presets() {
  std::vector<Preset> presets;
  for (const std::string& name : run::preset_names())
    presets.push_back({name, run::preset_chain(name), run::load_preset(name)});
  return presets;
}

void print_table() {
  constexpr const char* kRow = "{:<{}}{:<18}{:<8}{:<9}{:>9}{:>9}\n";
  const std::vector<Preset> presets = read_presets();
  size_t width = 0;
  for (const Preset& preset : presets) width = std::max(width, preset.name.size() + 2);
  fmt::print(kRow, "preset", width, "task", "model", "agent", "steps", "updates");
  for (const auto& [name, chain, config] : presets) {
    fmt::print(kRow, name, width, config.environment.task, kind_of(config.model), kind_of(config.agent),
               config.environment_steps(), config.updates());
    fmt::print("    {}\n", chain.about);
  }
  fmt::print(
      "\nsteps: control steps of the simulator.\n"
      "Another model, at the preset's size: --set model.kind=rssm. Another task: --set environment.task=..., see vrkn "
      "tasks.\n");
}

void print_json() {
  nlohmann::ordered_json presets = nlohmann::ordered_json::array();
  for (const auto& [name, chain, config] : read_presets()) {
    presets.push_back({{"name", name},
                       {"about", chain.about},
                       {"bases", chain.bases},
                       {"task", config.environment.task},
                       {"model", kind_of(config.model)},
                       {"agent", kind_of(config.agent)},
                       {"environment_steps", config.environment_steps()},
                       {"updates", config.updates()}});
  }
  std::cout << presets.dump(2) << '\n';
}

}  // namespace

void add_presets_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("presets", "List the presets and what each is for");
  const auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "print the list for machines");
  command->footer(
      "Examples:\n"
      "  vrkn presets\n"
      "  vrkn train --preset small-planet --set model.kind=rssm --set environment.task=cheetah_run");
  command->callback([json] { *json ? print_json() : print_table(); });
}

}  // namespace vrkn::app
