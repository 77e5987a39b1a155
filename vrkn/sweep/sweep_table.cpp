#include "vrkn/sweep/sweep_table.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

namespace vrkn::sweep {
namespace {

std::string time_text(double seconds) {
  const auto minutes = static_cast<int64_t>(std::ceil(seconds / 60.0));
  if (minutes < 60) return fmt::format("{}m", minutes);
  return fmt::format("{}h{:02}m", minutes / 60, minutes % 60);
}

constexpr std::string_view kRow = "{:<{}}  {:<13}  {:>11}  {:>9}  {:>8}  {:>7}";

std::string head(size_t width) {
  return fmt::format(kRow, "run", width, "state", "iteration", "steps", "return", "left");
}

std::string row(const RunStatus& run, size_t width) {
  const std::string iteration = fmt::format("{}/{}", run.progress.iteration, run.iterations);
  const std::string value = run.progress.last_return ? fmt::format("{:.1f}", *run.progress.last_return) : "";
  const std::string left = run.left_s && run.state == RunState::kRunning ? time_text(*run.left_s) : "";
  return fmt::format(kRow, run.name, width, to_text(run.state), iteration, run.progress.env_step, value, left);
}

size_t name_width(std::span<const RunStatus> runs) {
  size_t width = 3;
  for (const RunStatus& run : runs) width = std::max(width, run.name.size());
  return width;
}

/// Which runs a person wants to see first.
int urgency(const RunStatus& run) {
  if (run.state == RunState::kRunning) return 0;
  return run.state == RunState::kFailed ? 1 : 2;
}

/// "2 finished, 1 running"
std::string counts(std::span<const RunStatus> runs) {
  std::string text;
  for (const RunState state : {RunState::kFinished, RunState::kRunning, RunState::kUnfinished, RunState::kNoCheckpoint,
                               RunState::kNotBegun, RunState::kFailed}) {
    const auto count = std::ranges::count(runs, state, &RunStatus::state);
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, to_text(state));
  }
  return text;
}

}  // namespace

std::vector<std::string> sweep_table(std::span<const RunStatus> runs) {
  const size_t width = name_width(runs);
  std::vector<std::string> lines = {head(width)};
  for (const RunStatus& run : runs) lines.push_back(row(run, width));
  for (const RunStatus& run : runs) {
    if (!run.note.empty()) lines.push_back(fmt::format("{} failed with {}", run.name, run.note));
  }
  return lines;
}

std::vector<std::string> sweep_table(std::span<const RunStatus> runs, size_t rows) {
  std::vector<RunStatus> sorted(runs.begin(), runs.end());
  const bool fits = runs.size() + 2 <= rows;
  if (!fits) std::ranges::stable_sort(sorted, {}, urgency);
  const size_t shown = fits ? runs.size() : rows - 2;
  const size_t width = name_width(runs);
  std::vector<std::string> lines = {head(width)};
  for (size_t i = 0; i < shown; ++i) lines.push_back(row(sorted[i], width));
  lines.push_back(fits ? sweep_summary(runs)
                       : fmt::format("and {} more: {}", runs.size() - shown, counts(std::span(sorted).subspan(shown))));
  return lines;
}

std::string sweep_summary(std::span<const RunStatus> runs) {
  return fmt::format("{} run{}: {}", runs.size(), runs.size() == 1 ? "" : "s", counts(runs));
}

}  // namespace vrkn::sweep
