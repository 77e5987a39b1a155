#pragma once

#include <memory>
#include <string>
#include <type_traits>

#include <CLI/CLI.hpp>

namespace vrkn::app {

/// True once SIGINT or SIGTERM has come; install_signal_handlers() must have been called.
bool stop_requested();

/// From now on SIGINT and SIGTERM ask for a stop instead of ending the process; another one some seconds later ends it.
void install_signal_handlers();

/// When the command is chosen, `run` does what its options say and returns what the process returns; signals ask it to
/// stop.
template <class Options>
void on_call(CLI::App& command, int& exit_code, const std::shared_ptr<Options>& options,
             std::type_identity_t<int (*)(const Options&)> run) {
  command.callback([options, run, &exit_code] {
    install_signal_handlers();
    exit_code = run(*options);
  });
}

/// 128 + the number of the signal that asked for a stop: 130 or 143; 143 where it came to another process of the run.
int stop_exit_code();

/// Whether the standard error stream is a terminal.
bool is_terminal();

/// A sentence on the standard error stream, of something that a user should know and that ends nothing.
void print_warning(const std::string& sentence);

/// The command line as a shell would take it, for the record.
std::string join_command_line(int count, char** arguments);

}  // namespace vrkn::app
