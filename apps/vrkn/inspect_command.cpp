#include <iostream>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "apps/vrkn/commands.h"
#include "vrkn/inspect/inspect.h"
#include "vrkn/run/run_directory.h"

namespace vrkn::app {

namespace {

void migrate(const std::string& path, const std::string& command_line) {
  const run::RunDirectory::Migration done = run::RunDirectory::resume(path).migrate(command_line);
  if (done.is_current) {
    fmt::print("{} has the form of this version; nothing was changed\n", path);
    return;
  }
  fmt::print("wrote {}/config.toml and environment.json anew: {} keys added, {} removed\n", path, done.added.size(),
             done.removed.size());
  for (const std::string& key : done.added) fmt::print("  + {}\n", key);
  for (const std::string& key : done.removed) fmt::print("  - {}\n", key);
}

}  // namespace

void add_inspect_command(CLI::App& app, const std::string& command_line, int& exit_code) {
  struct Options {
    std::string path;
    bool json = false;
    bool migrate = false;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("inspect", "Explain a run or any file of it, and say what is damaged");
  command->add_option("path", options->path, "a run directory, a file of one, or a folder of results")
      ->required()
      ->type_name("PATH");
  CLI::Option* json = command->add_flag("--json", options->json, "print everything, for machines");
  command->add_flag("--migrate", options->migrate, "bring a run directory of an older version to the form of this one")
      ->excludes(json);
  command->footer(
      "Exit code: 0 whole, 1 damaged, 2 nothing that vrkn wrote.\n"
      "Examples:\n"
      "  vrkn inspect runs/default-seed1\n"
      "  vrkn inspect runs/default-seed1 --migrate\n"
      "  vrkn inspect runs/default-seed1/checkpoints/update_00001000.ckpt\n"
      "  vrkn inspect runs/default-seed1/episodes/000000.npz --json");
  command->callback([options, command_line, &exit_code] {
    if (options->migrate) migrate(options->path, command_line);
    const inspect::Inspection inspection = inspect::inspect(options->path);
    std::cout << (options->json ? inspect::to_json(inspection) : inspect::to_text(inspection));
    exit_code = inspection.is_whole() ? 0 : 1;
  });
}

}  // namespace vrkn::app
