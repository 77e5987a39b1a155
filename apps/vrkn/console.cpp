#include "apps/vrkn/console.h"

#include <csignal>
#include <unistd.h>

namespace vrkn::app {
namespace {

// The one thing a signal handler may touch.
volatile std::sig_atomic_t received_signal = 0;

void on_signal(int signal) {
  received_signal = signal;
  std::signal(signal, SIG_DFL);  // a second one does not wait
}

}  // namespace

bool stop_requested() {
  return received_signal != 0;
}

void install_signal_handlers() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
}

int stop_exit_code() {
  return 128 + static_cast<int>(received_signal);
}

bool is_terminal() {
  return isatty(STDERR_FILENO) == 1;
}

std::string join_command_line(int count, char** arguments) {
  std::string line = "vrkn";
  for (int i = 1; i < count; ++i) line += std::string(" ") + arguments[i];
  return line;
}

}  // namespace vrkn::app
