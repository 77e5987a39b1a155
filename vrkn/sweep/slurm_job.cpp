#include "vrkn/sweep/slurm_job.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string_view>

#include <fmt/format.h>

#include "vrkn/core/error.h"
#include "vrkn/core/file.h"

namespace vrkn::sweep {
namespace {

namespace fs = std::filesystem;

struct CommandResult {
  int status = 0;      // as pclose(3) gives it; 0: success
  std::string output;  // of both streams
};

CommandResult run_command(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += shell_word(word) + " ";
  FILE* stream = ::popen((line + "2>&1").c_str(), "r");
  if (stream == nullptr) throw DataError("cannot start a shell for " + words.front());
  CommandResult result;
  char buffer[4096];
  while (const size_t count = std::fread(buffer, 1, sizeof(buffer), stream)) result.output.append(buffer, count);
  result.status = ::pclose(stream);
  result.output.erase(result.output.find_last_not_of(" \n") + 1);
  return result;
}

/// The place of what tasks print, for a line #SBATCH, where % begins a pattern.
std::string task_log(const SweepFolder& folder) {
  const fs::path path = fs::absolute(folder.slurm());
  std::string text;
  for (const char c : path.string()) {
    if (c == '"' || c == '\\' || c == '\n') {
      throw ConfigError("the folder " + path.string() +
                        " cannot stand in a script for Slurm; choose another with --out");
    }
    text += c == '%' ? "%%" : std::string(1, c);
  }
  return "\"" + text + "/%A_%a.log\"";
}

std::string directives(const Sweep& sweep, const SweepFolder& folder) {
  const SlurmConfig& slurm = sweep.settings.slurm;
  std::string text;
  const auto add = [&](const std::string& option) { text += "#SBATCH " + option + "\n"; };
  const auto add_text = [&](const std::string& option, const std::string& value) {
    if (!value.empty()) add(option + "=" + value);
  };
  int64_t threads = 1;
  for (const SweepRun& run : sweep.runs) threads = std::max(threads, run.config.threads);
  const std::string at_most = slurm.max_parallel > 0 ? fmt::format("%{}", slurm.max_parallel) : "";
  add(fmt::format("--array=0-{}{}", sweep.runs.size() - 1, at_most));
  add("--requeue");
  add("--signal=B:TERM@60");
  add("--open-mode=append");
  add("--output=" + task_log(folder));
  add(fmt::format("--cpus-per-task={}", slurm.cpus > 0 ? slurm.cpus : threads));
  if (slurm.gpus > 0) add(fmt::format("--gpus={}", slurm.gpus));
  add_text("--partition", slurm.partition);
  add_text("--account", slurm.account);
  add_text("--time", slurm.time);
  add_text("--mem", slurm.mem);
  for (const std::string& option : slurm.options) add(option);
  return text;
}

/// The numbers of the jobs that were submitted for this sweep, one a line.
fs::path jobs_file(const SweepFolder& folder) {
  return folder.slurm() / "jobs.txt";
}

void refuse_if_still_queued(const SweepFolder& folder) {
  if (!fs::exists(jobs_file(folder))) return;
  const std::string jobs = read_file(jobs_file(folder));
  for (size_t begin = 0; begin < jobs.size();) {
    const size_t end = std::min(jobs.find('\n', begin), jobs.size());
    const std::string job = jobs.substr(begin, end - begin);
    // Slurm forgets old jobs, and then says that the number is none.
    const CommandResult queue = run_command({"squeue", "--noheader", "--job", job});
    if (queue.status == 0 && !queue.output.empty()) {
      throw ConfigError(
          fmt::format("job {} of this sweep is still queued or running; wait for it, or end it: scancel {}", job, job));
    }
    begin = end + 1;
  }
}

}  // namespace

std::string shell_word(const std::string& text) {
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? "'\\''" : std::string(1, c);
  return word + "'";
}

std::string slurm_script(const Sweep& sweep, const SweepFolder& folder, const std::vector<std::string>& command) {
  std::string runs, line;
  for (const SweepRun& run : sweep.runs) runs += "  " + shell_word(run.name) + "\n";
  for (const std::string& word : command) line += shell_word(word) + " ";
  return fmt::format(
      R"script(#!/bin/bash
# Written by vrkn sweep. Each task of the array is one run, which goes on where its folder stands.
#SBATCH --job-name={}
{}
runs=(
{})
stopped= child=
pass_on() {{ [ -z "$stopped" ] || [ -z "$child" ] || kill -TERM "$child" 2>/dev/null; }}
trap 'stopped=yes; pass_on' TERM
{}--only "${{runs[$SLURM_ARRAY_TASK_ID]}}" &
child=$!
pass_on  # a signal that came before there was a child
wait "$child"
code=$?
if [ -n "$stopped" ]; then  # the signal ended the wait, not the run
  wait "$child"
  code=$?
fi
# Saved because the time is up: queue again. After scancel or a preemption the job runs no more, and Slurm decides.
if [ -n "$stopped" ] && [ "$code" -ge 128 ] && [ "$(squeue --noheader --format %T --job "$SLURM_JOB_ID")" = RUNNING ]; then
  scontrol requeue "$SLURM_JOB_ID"
fi
exit "$code"
)script",
      sweep.settings.name, directives(sweep, folder), runs, line);
}

std::string submit_to_slurm(const Sweep& sweep, const SweepFolder& folder, const std::vector<std::string>& command) {
  refuse_if_still_queued(folder);
  const fs::path script = folder.slurm() / "job.sh";
  write_file_atomically(script, slurm_script(sweep, folder, command));
  const CommandResult result = run_command({"sbatch", "--parsable", script.string()});
  if (result.status != 0) throw ConfigError("sbatch did not take the job: " + result.output);
  const std::string job = result.output.substr(0, result.output.find(';'));
  const std::string before = fs::exists(jobs_file(folder)) ? read_file(jobs_file(folder)) : "";
  write_file_atomically(jobs_file(folder), before + job + "\n");
  return job;
}

}  // namespace vrkn::sweep
