#include <cstdio>
#include <exception>
#include <fcntl.h>
#include <iostream>
#include <string>
#include <string_view>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/vrkn/commands.h"
#include "apps/vrkn/console.h"
#include "vrkn/core/error.h"
#include "vrkn/core/version.h"
#include "vrkn/math/out_of_memory.h"

namespace {

// Exit codes: 0 done, 1 a fault of ours or of the numbers, 2 bad input, 130 or 143 stopped by a signal.
constexpr int kFault = 1, kBadInput = 2;

// Control characters of file names and hostile files are no commands to the terminal.
std::string printable(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool is_control = (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == '\x7f';
    result += is_control ? fmt::format("\\x{:02x}", static_cast<unsigned char>(c)) : std::string(1, c);
  }
  return result;
}

int run(int argument_count, char** arguments) {
  CLI::App app("vrkn: Kalman world models for reinforcement learning", "vrkn");
  app.require_subcommand(1);
  app.set_version_flag("--version",
                       std::string("vrkn ") + std::string(vrkn::version()) + " (" + std::string(vrkn::commit()) + ")");
  app.footer(
      "Examples:\n"
      "  vrkn doctor                                    what this machine has and how fast it is\n"
      "  vrkn train --preset quick --out runs/first     every part once, in half a minute\n"
      "  vrkn eval runs/first --video first.mp4         watch it\n"
      "  vrkn report runs --out report                  compare all runs: a page with curves and scores\n"
      "  vrkn COMMAND --help                            more on a command");
  int exit_code = 0;
  const std::string command_line = vrkn::app::join_command_line(argument_count, arguments);
  vrkn::app::add_train_command(app, command_line, exit_code);
  vrkn::app::add_eval_command(app, exit_code);
  vrkn::app::add_rollout_command(app, exit_code);
  vrkn::app::add_imagine_command(app, exit_code);
  vrkn::app::add_fit_command(app, command_line, exit_code);
  vrkn::app::add_export_command(app);
  vrkn::app::add_inspect_command(app, command_line, exit_code);
  vrkn::app::add_study_command(app, command_line, exit_code);
  vrkn::app::add_sweep_command(app, command_line, exit_code);
  vrkn::app::add_report_command(app, exit_code);
  vrkn::app::add_watch_command(app, exit_code);
  vrkn::app::add_config_command(app);
  vrkn::app::add_tasks_command(app);
  vrkn::app::add_presets_command(app);
  vrkn::app::add_bench_command(app, exit_code);
  vrkn::app::add_doctor_command(app);
  try {
    app.parse(argument_count, arguments);
    return exit_code;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kBadInput;
  } catch (const vrkn::InputError& error) {
    std::cerr << "vrkn: " << printable(error.what()) << '\n';
    return kBadInput;
  } catch (const std::exception& error) {
    std::cerr << "vrkn: " << printable(vrkn::math::sentence_of(error)) << '\n';
    return kFault;
  }
}

}  // namespace

int main(int argument_count, char** arguments) {
  const bool has_output = ::fcntl(STDOUT_FILENO, F_GETFD) != -1;  // closed by whoever wants none
  const int exit_code = run(argument_count, arguments);
  std::cout.flush();
  if (std::fflush(stdout) == 0 && std::cout.good() && std::ferror(stdout) == 0) return exit_code;
  if (!has_output || exit_code != 0) return exit_code;
  std::cerr << "vrkn: the standard output cannot be written\n";
  return kBadInput;
}
