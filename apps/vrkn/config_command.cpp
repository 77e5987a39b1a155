#include <iostream>
#include <memory>

#include "apps/vrkn/commands.h"
#include "apps/vrkn/config_source.h"
#include "vrkn/config/fields.h"

namespace vrkn::app {

void add_config_command(CLI::App& app) {
  const auto source = std::make_shared<ConfigSource>();
  CLI::App* command = app.add_subcommand("config", "Print the resolved configuration with a comment on every key");
  source->add_options(*command);
  command->footer(
      "Examples:\n"
      "  vrkn config                                          all keys of the default preset\n"
      "  vrkn config --preset paper-planet > mine.toml        a file to edit, for vrkn train --config mine.toml\n"
      "  vrkn config --set agent.kind=random");
  command->callback([source] { std::cout << config::to_toml(source->load()); });
}

}  // namespace vrkn::app
