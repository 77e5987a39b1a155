#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "apps/vrkn/commands.h"
#include "apps/vrkn/console.h"
#include "apps/vrkn/live_table.h"
#include "vrkn/data/episode_log.h"
#include "vrkn/report/progress.h"
#include "vrkn/sweep/local_sweep.h"
#include "vrkn/sweep/slurm_job.h"
#include "vrkn/sweep/sweep.h"
#include "vrkn/sweep/sweep_table.h"

namespace vrkn::app {
namespace {

namespace fs = std::filesystem;

struct SweepOptions {
  std::string file, out;
  std::vector<std::string> overrides, slurm_settings, names;
  std::optional<int64_t> processes;
  bool dry_run = false, status = false, slurm = false;
  std::string command_line = {};
};

sweep::Sweep load(const SweepOptions& options) {
  std::vector<std::string> settings;
  if (options.processes) settings.push_back("processes=" + std::to_string(*options.processes));
  for (const std::string& setting : options.slurm_settings) settings.push_back("slurm." + setting);
  sweep::Sweep sweep = sweep::load_sweep(options.file, options.overrides, settings);
  return options.names.empty() ? sweep : sweep::only(std::move(sweep), options.names);
}

void print_table(std::span<const sweep::RunStatus> runs) {
  for (const std::string& line : sweep::sweep_table(runs)) fmt::print("{}\n", line);
  fmt::print("\n{}\n", sweep::sweep_summary(runs));
}

int show(const sweep::Sweep& sweep, const sweep::SweepFolder& folder, bool dry_run) {
  if (!sweep.settings.about.empty()) fmt::print("{}\n\n", sweep.settings.about);
  print_table(sweep::inspect(folder, sweep));
  fmt::print("folder: {}\n", folder.path().string());
  if (dry_run) fmt::print("{} at a time; nothing was started\n", sweep::processes_side_by_side(sweep));
  return 0;
}

int submit(sweep::Sweep sweep, const sweep::SweepFolder& folder, const SweepOptions& options) {
  const FileLock lock = folder.lock();
  std::erase_if(sweep.runs, [&](const sweep::SweepRun& run) {
    const sweep::RunState state = sweep::status_of(folder, run).state;
    return state == sweep::RunState::kFinished || state == sweep::RunState::kRunning;
  });
  if (sweep.runs.empty()) {
    fmt::print("nothing to do: every run is finished or running\n");
    return 0;
  }
  std::vector<std::string> command = {fs::read_symlink("/proc/self/exe").string(), "sweep",
                                      fs::absolute(options.file).string(), "--out",
                                      fs::absolute(folder.path()).string()};
  for (const std::string& override_text : options.overrides) command.insert(command.end(), {"--set", override_text});
  const std::string job = sweep::submit_to_slurm(sweep, folder, command);
  fmt::print("submitted {} runs as job {}; see how they stand with:\n  vrkn sweep {} --out {} --status\n",
             sweep.runs.size(), job, options.file, folder.path().string());
  return 0;
}

int run(const sweep::Sweep& sweep, const sweep::SweepFolder& folder, const SweepOptions& options) {
  sweep::check_devices(sweep);
  for (const sweep::SweepRun& run : sweep.runs) {
    if (!run.data.empty()) data::episode_files(run.data);  // refused here, not by every run
  }
  std::optional<FileLock> lock;  // single runs have their own locks: several machines may share the work
  if (options.names.empty()) lock = folder.lock();
  LiveTable table;
  double shown_s = -1.0;
  const auto on_event = [&](sweep::SweepEvent event, const std::string& sentence) {
    if (is_terminal() && event != sweep::SweepEvent::kCrashed && event != sweep::SweepEvent::kFailed) return;
    table.clear();
    std::cerr << sentence << std::endl;
  };
  const auto on_tick = [&](std::span<const sweep::RunStatus> runs) {
    if (!is_terminal() || report::steady_clock_s() - shown_s < 0.5) return;
    shown_s = report::steady_clock_s();
    table.show(sweep::sweep_table(runs, LiveTable::rows()));
  };
  const sweep::SweepHooks hooks{.stop_requested = stop_requested, .on_event = on_event, .on_tick = on_tick};
  const sweep::SweepOutcome outcome =
      sweep::run_locally(sweep, folder, "/proc/self/exe", sweep::processes_side_by_side(sweep), hooks);
  table.clear();
  print_table(outcome.runs);
  if (outcome.stopped) {
    fmt::print("stopped; everything is saved. Go on with:\n  {}\n", options.command_line);
    return stop_exit_code();
  }
  const auto failed = std::ranges::find(outcome.runs, sweep::RunState::kFailed, &sweep::RunStatus::state);
  if (failed == outcome.runs.end()) return 0;
  fmt::print("what failed runs printed is in {}\n", folder.log(failed->name).parent_path().string());
  return 1;
}

int sweep(const SweepOptions& options) {
  const sweep::Sweep sweep = load(options);
  const sweep::SweepFolder folder(options.out.empty() ? fs::path("runs") / sweep.settings.name : fs::path(options.out));
  folder.check_agrees(sweep);
  if (options.dry_run || options.status) return show(sweep, folder, options.dry_run);
  return options.slurm ? submit(sweep, folder, options) : run(sweep, folder, options);
}

}  // namespace

void add_sweep_command(CLI::App& app, const std::string& command_line, int& exit_code) {
  const auto options = std::make_shared<SweepOptions>();
  options->command_line = command_line;
  CLI::App* command = app.add_subcommand("sweep", "Train many runs, here or with Slurm; any of them may be killed");
  command->add_option("file", options->file, "a sweep file (docs/sweeps.md)")->required()->type_name("FILE");
  command->add_option("--out", options->out, "folder of the runs (default: runs/<name of the sweep>)")
      ->type_name("DIR");
  command->add_option("--set", options->overrides, "overrides one key of all runs; repeatable")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command->add_option("--only", options->names, "this run only; repeatable")->type_name("RUN")->allow_extra_args(false);
  command->add_option("--processes", options->processes, "runs side by side")->type_name("N");
  auto* dry_run = command->add_flag("--dry-run", options->dry_run, "check everything, list the runs, start nothing");
  auto* status = command->add_flag("--status", options->status, "how the runs stand, wherever they run");
  auto* slurm = command->add_flag("--slurm", options->slurm, "submit the runs to Slurm as a job array");
  command
      ->add_option("--slurm-set", options->slurm_settings,
                   "overrides one key of the table slurm, such as partition=night; repeatable")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  dry_run->excludes(status)->excludes(slurm);
  status->excludes(slurm);
  command->footer(
      "Examples:\n"
      "  vrkn sweep configs/sweeps/small-vector-fusion.toml --dry-run\n"
      "  vrkn sweep configs/sweeps/small-vector-fusion.toml     and again after Ctrl-C, SIGTERM or a crash\n"
      "  vrkn sweep mine.toml --set training.iterations=50 --out runs/short\n"
      "  vrkn sweep mine.toml --slurm --slurm-set partition=night\n"
      "  vrkn sweep mine.toml --status");
  on_call(*command, exit_code, options, sweep);
}

}  // namespace vrkn::app
