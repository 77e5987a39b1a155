#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace vrkn::app {

// One function per subcommand: it adds the subcommand with its options and help to the command line, and what it does
// when chosen. `exit_code` is what the process returns.

void add_train_command(CLI::App& app, const std::string& command_line, int& exit_code);
void add_eval_command(CLI::App& app, int& exit_code);
void add_rollout_command(CLI::App& app, int& exit_code);
void add_imagine_command(CLI::App& app, int& exit_code);
void add_fit_command(CLI::App& app, const std::string& command_line, int& exit_code);
void add_export_command(CLI::App& app);
void add_inspect_command(CLI::App& app, const std::string& command_line, int& exit_code);
void add_study_command(CLI::App& app, const std::string& command_line, int& exit_code);
void add_sweep_command(CLI::App& app, const std::string& command_line, int& exit_code);
void add_report_command(CLI::App& app, int& exit_code);
void add_watch_command(CLI::App& app, int& exit_code);
void add_config_command(CLI::App& app);
void add_tasks_command(CLI::App& app);
void add_presets_command(CLI::App& app);
void add_bench_command(CLI::App& app, int& exit_code);
void add_doctor_command(CLI::App& app);

}  // namespace vrkn::app
