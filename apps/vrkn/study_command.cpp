#include "apps/vrkn/commands.h"
#include "apps/vrkn/studies.h"

namespace vrkn::app {

void add_study_command(CLI::App& app, const std::string& command_line, int& exit_code) {
  CLI::App* study = app.add_subcommand("study", "Experiments on uncertainty, against what is known to be true");
  study->require_subcommand(1);
  add_lgssm_study(*study, command_line, exit_code);
  add_aleatoric_study(*study, command_line, exit_code);
  add_shift_study(*study, command_line, exit_code);
}

}  // namespace vrkn::app
