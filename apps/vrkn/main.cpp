#include <exception>
#include <iostream>

#include <CLI/CLI.hpp>

#include "apps/vrkn/commands.h"
#include "apps/vrkn/console.h"
#include "vrkn/core/error.h"
#include "vrkn/core/version.h"
#include "vrkn/math/out_of_memory.h"

namespace {

// Exit codes: 0 done, 1 a fault of ours or of the numbers, 2 bad input, 130 or 143 stopped by a signal.
constexpr int kFault = 1, kBadInput = 2;

}  // namespace

int main(int argument_count, char** arguments) {
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
    std::cerr << "vrkn: " << error.what() << '\n';
    return kBadInput;
  } catch (const std::exception& error) {
    std::cerr << "vrkn: " << vrkn::math::sentence_of(error) << '\n';
    return kFault;
  }
}
