#include "apps/vrkn/console.h"

#include <array>
#include <csignal>
#include <cstddef>
#include <ctime>
#include <unistd.h>

#include <fmt/format.h>

namespace vrkn::app {
namespace {

constexpr std::sig_atomic_t kOneRequest_s = 2;

// The only things a signal handler may touch.
volatile std::sig_atomic_t received_signal = 0;
volatile std::sig_atomic_t received_s = 0;  // when the first came

std::sig_atomic_t monotonic_s() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::sig_atomic_t>(now.tv_sec);
}

/// A later request does not wait for the end of the work. What comes at once belongs to the first: whoever stops a
/// group of processes signals a child of it twice, directly and through its parent.
void on_signal(int signal) {
  if (received_signal == 0) {
    received_s = monotonic_s();
    received_signal = signal;
  } else if (monotonic_s() - received_s > kOneRequest_s) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
}

}  // namespace

bool stop_requested() {
  return received_signal != 0;
}

void install_signal_handlers() {
  // Signals reach the main thread first. Its handler needs a stack of its own: oneDNN's products keep numbers below the
  // stack pointer, where a handler's frame would overwrite them.
  alignas(16) static std::array<std::byte, 256 * 1024> stack;  // frames with all registers of AMX take 11 KiB
  const stack_t own{.ss_sp = stack.data(), .ss_flags = 0, .ss_size = stack.size()};
  ::sigaltstack(&own, nullptr);
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_ONSTACK | SA_RESTART;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

int stop_exit_code() {
  return 128 + static_cast<int>(received_signal == 0 ? SIGTERM : received_signal);
}

bool is_terminal() {
  return isatty(STDERR_FILENO) == 1;
}

void print_warning(const std::string& sentence) {
  fmt::print(stderr, "vrkn: {}\n", sentence);
}

std::string join_command_line(int count, char** arguments) {
  std::string line = "vrkn";
  for (int i = 1; i < count; ++i) line += std::string(" ") + arguments[i];
  return line;
}

}  // namespace vrkn::app
