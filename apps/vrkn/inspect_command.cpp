#include <iostream>
#include <memory>
#include <string>

#include "apps/vrkn/commands.h"
#include "vrkn/inspect/inspect.h"

namespace vrkn::app {

void add_inspect_command(CLI::App& app, int& exit_code) {
  struct Options {
    std::string path;
    bool json = false;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("inspect", "Explain a run or any file of it, and say what is damaged");
  command->add_option("path", options->path, "a run directory, a file of one, or a folder of results")
      ->required()
      ->type_name("PATH");
  command->add_flag("--json", options->json, "print everything, for machines");
  command->footer(
      "Exit code: 0 whole, 1 damaged, 2 nothing that vrkn wrote.\n"
      "Examples:\n"
      "  vrkn inspect runs/default-seed1\n"
      "  vrkn inspect runs/default-seed1/checkpoints/update_00001000.ckpt\n"
      "  vrkn inspect runs/default-seed1/episodes/000000.npz --json");
  command->callback([options, &exit_code] {
    const inspect::Inspection inspection = inspect::inspect(options->path);
    std::cout << (options->json ? inspect::to_json(inspection) : inspect::to_text(inspection));
    exit_code = inspection.is_whole() ? 0 : 1;
  });
}

}  // namespace vrkn::app
