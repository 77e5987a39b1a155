#pragma once

#include <string>
#include <string_view>

namespace vrkn::app {

/// True once SIGINT or SIGTERM has come; install_signal_handlers() must have been called.
bool stop_requested();

/// From now on SIGINT and SIGTERM ask for a stop instead of ending the process; another one some seconds later ends it.
void install_signal_handlers();

/// 128 + the number of the signal that asked for a stop: 130 or 143; 143 where it came to another process of the run.
int stop_exit_code();

/// Whether the standard error stream is a terminal.
bool is_terminal();

/// A sentence on the standard error stream, of something that a user should know and that ends nothing.
void print_warning(const std::string& sentence);

/// The command line as a shell would take it, for the record.
std::string join_command_line(int count, char** arguments);

}  // namespace vrkn::app
