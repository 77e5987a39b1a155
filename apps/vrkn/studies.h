#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace vrkn::app {

// As in commands.h: the subcommands of `vrkn study`.

void add_lgssm_study(CLI::App& study, const std::string& command_line, int& exit_code);
void add_aleatoric_study(CLI::App& study, const std::string& command_line, int& exit_code);
void add_shift_study(CLI::App& study, const std::string& command_line, int& exit_code);

}  // namespace vrkn::app
