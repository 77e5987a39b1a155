#include "vrkn/sweep/local_sweep.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <limits>
#include <optional>
#include <system_error>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "vrkn/config/fields.h"
#include "vrkn/core/child_process.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/core/file_descriptor.h"
#include "vrkn/run/run_directory.h"

namespace vrkn::sweep {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto kTick = 50ms;
constexpr double kLookEvery_s = 1.0;  // at metrics, and at runs that others work on
constexpr int kTries = 2;

double now_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string last_line(const fs::path& log) {
  std::ifstream file(log, std::ios::binary | std::ios::ate);
  constexpr std::streamoff kEnough = 4096;
  const std::streamoff size = file ? static_cast<std::streamoff>(file.tellg()) : 0;
  file.seekg(std::max<std::streamoff>(0, size - kEnough));
  std::string last;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) last = line;
  }
  return last;
}

/// One run of the sweep, and the child that works on it.
struct Job {
  const SweepRun* run;
  RunStatus status;
  analysis::MetricsFile metrics;
  std::optional<ChildProcess> child = {};
  int crashes = 0;
  int64_t reported_evaluations = 0;
  int64_t first_iteration = 0;  // of this child
  double begun_s = 0.0;         // when this child began
  double looked_s = -std::numeric_limits<double>::infinity();

  bool is_done() const { return status.state == RunState::kFinished || status.state == RunState::kFailed; }
};

class LocalSweep {
 public:
  LocalSweep(const Sweep& sweep, const SweepFolder& folder, const fs::path& program, int64_t processes,
             const SweepHooks& hooks)
      : settings_(sweep.settings), folder_(folder), program_(program), processes_(processes), hooks_(hooks) {
    for (const SweepRun& run : sweep.runs) {
      fs::remove(folder_.failure(run.name));  // it is tried again
      jobs_.push_back({&run, status_of(folder_, run), analysis::MetricsFile(folder_.run(run.name) / "metrics.jsonl")});
    }
  }

  SweepOutcome run() {
    while (true) {
      if (!stopping_ && hooks_.stop_requested && hooks_.stop_requested()) stop();
      for (Job& job : jobs_) attend(job);
      if (!stopping_) begin_waiting();
      if (hooks_.on_tick) hooks_.on_tick(statuses());
      if (stopping_ ? running() == 0 : std::ranges::all_of(jobs_, &Job::is_done)) return {stopping_, statuses()};
      std::this_thread::sleep_for(kTick);
    }
  }

 private:
  void stop() {
    stopping_ = true;
    for (const Job& job : jobs_) {
      if (job.child) job.child->send(SIGTERM);
    }
  }

  void attend(Job& job) {
    if (!job.child) return;
    if (const std::optional<ExitStatus> end = job.child->poll()) {
      job.child.reset();
      job.status = status_of(folder_, *job.run);
      if (job.status.state == RunState::kFinished) {
        emit(SweepEvent::kFinished, fmt::format("{} is finished{}", job.run->name, return_text(job)));
      } else if (!stopping_ && job.status.state != RunState::kRunning) {  // running: another process was faster
        crash(job, *end);
      }
    } else if (now_s() - job.looked_s >= kLookEvery_s) {
      follow(job);
    }
  }

  void follow(Job& job) {
    job.looked_s = now_s();
    const RunProgress& progress = job.status.progress = vrkn::sweep::follow(job.metrics);
    const double pace = static_cast<double>(progress.iteration - job.first_iteration) / (job.looked_s - job.begun_s);
    job.status.left_s.reset();
    if (pace > 0.0) job.status.left_s = static_cast<double>(job.status.iterations - progress.iteration) / pace;
    if (progress.evaluations > job.reported_evaluations) {
      job.reported_evaluations = progress.evaluations;
      emit(SweepEvent::kEvaluated, fmt::format("{} has done {} of {} iterations{}", job.run->name, progress.iteration,
                                               job.status.iterations, return_text(job)));
    }
  }

  void crash(Job& job, const ExitStatus& end) {
    ++job.crashes;
    const std::string how = end.is_success() ? "exit code 0, but it is not finished" : end.to_text();
    const std::string why = fmt::format("{}; its last line: {}", how, last_line(folder_.log(job.run->name)));
    if (job.crashes < kTries) {
      emit(SweepEvent::kCrashed, fmt::format("{} ended with {}; it is tried once more", job.run->name, why));
      return;
    }
    job.status.state = RunState::kFailed;
    job.status.note = why;
    write_file_atomically(folder_.failure(job.run->name), why + "\n");
    emit(SweepEvent::kFailed, fmt::format("{} failed with {}", job.run->name, why));
  }

  void begin_waiting() {
    for (Job& job : jobs_) {
      if (running() >= processes_) return;
      const bool was_busy = job.status.state == RunState::kRunning;
      if (job.child || job.is_done() || (was_busy && now_s() - job.looked_s < kLookEvery_s)) continue;
      job.looked_s = now_s();
      job.status = status_of(folder_, *job.run);
      if (!job.is_done() && job.status.state != RunState::kRunning) begin(job);
    }
  }

  void begin(Job& job) {
    const std::string& name = job.run->name;
    const bool is_new = job.status.state == RunState::kNotBegun;
    const std::string path = folder_.run(name).string();
    const bool fits = !job.run->data.empty();
    std::vector<std::string> command = {"vrkn", fits ? "fit" : "train"};
    if (is_new) {
      write_file_atomically(folder_.config(name), config::to_toml(job.run->config));
      if (fits) {
        command.insert(command.end(), {"--data", job.run->data, "--held-out", fmt::format("{}", settings_.held_out)});
      }
      command.insert(command.end(), {"--config", folder_.config(name).string(), "--out", path});
    } else {
      command.insert(command.end(), {"--resume", path});
    }
    fs::create_directories(folder_.log(name).parent_path());
    std::ofstream(folder_.log(name), std::ios::app) << fmt::format("== {}\n", fmt::join(command, " "));
    const FileDescriptor log(::open(folder_.log(name).c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    if (!log.valid()) {
      throw DataError(
          fmt::format("cannot write '{}': {}", folder_.log(name).string(), std::generic_category().message(errno)));
    }
    job.child = ChildProcess::start(program_.string(), command,
                                    {.output = log.get(), .errors = log.get(), .ends_with_us = true});
    job.begun_s = now_s();
    job.first_iteration = job.status.progress.iteration;
    job.reported_evaluations = job.status.progress.evaluations;
    emit(SweepEvent::kBegun, is_new ? fmt::format("{} begins", name)
                                    : fmt::format("{} goes on after {} of {} iterations", name, job.first_iteration,
                                                  job.status.iterations));
    job.status.state = RunState::kRunning;
  }

  int64_t running() const {
    return std::ranges::count_if(jobs_, [](const Job& job) { return job.child.has_value(); });
  }

  std::vector<RunStatus> statuses() const {
    std::vector<RunStatus> all;
    for (const Job& job : jobs_) all.push_back(job.status);
    return all;
  }

  std::string return_text(const Job& job) const {
    const std::optional<double>& value = job.status.progress.last_return;
    return value ? fmt::format(", return {:.1f}", *value) : "";
  }

  void emit(SweepEvent event, const std::string& sentence) const {
    if (hooks_.on_event) hooks_.on_event(event, sentence);
  }

  const SweepConfig& settings_;
  const SweepFolder& folder_;
  const fs::path& program_;
  const int64_t processes_;
  const SweepHooks& hooks_;
  std::vector<Job> jobs_;
  bool stopping_ = false;
};

}  // namespace

int64_t processes_side_by_side(const Sweep& sweep) {
  if (sweep.settings.processes > 0) return sweep.settings.processes;
  const auto processors = std::max<int64_t>(1, std::thread::hardware_concurrency());
  int64_t threads = 1;
  for (const SweepRun& run : sweep.runs)
    threads = std::max(threads, run.config.threads > 0 ? run.config.threads : processors);
  return std::max<int64_t>(1, processors / threads);
}

SweepOutcome run_locally(const Sweep& sweep, const SweepFolder& folder, const fs::path& program, int64_t processes,
                         const SweepHooks& hooks) {
  return LocalSweep(sweep, folder, program, processes, hooks).run();
}

}  // namespace vrkn::sweep
