#include "vrkn/run/resumable.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "vrkn/config/fields.h"
#include "vrkn/core/error.h"

namespace vrkn::run {
namespace {

/// Keys, and tables of which every key may change.
constexpr std::array<std::string_view, 9> kMutableOnResume = {"training.iterations",
                                                              "training.checkpoint_every",
                                                              "training.keep_checkpoints",
                                                              "training.rollbacks",
                                                              "evaluation",
                                                              "threads",
                                                              "onednn",
                                                              "device",
                                                              "cuda"};

bool may_change(std::string_view key) {
  return std::ranges::any_of(kMutableOnResume, [&](std::string_view one) {
    return key == one || (key.starts_with(one) && key.substr(one.size()).starts_with('.'));
  });
}

/// A value of a key that one of two kinds may not have.
std::string shown(const std::string& value) {
  return value.empty() ? "missing" : value;
}

}  // namespace

void check_resumable(const ExperimentConfig& begun, const ExperimentConfig& now, int64_t finished_iterations) {
  for (const config::Difference& difference : config::differences(begun, now)) {
    if (may_change(difference.key)) continue;
    throw ConfigError(fmt::format(
        "'{}' is {} now, but the run was begun with {}; of a run that goes on only these may change: {}",
        difference.key, shown(difference.right), shown(difference.left), fmt::join(kMutableOnResume, ", ")));
  }
  if (now.training.iterations < finished_iterations) {
    throw ConfigError(fmt::format("'training.iterations' is {} now, but the run has finished {}",
                                  now.training.iterations, finished_iterations));
  }
}

void go_on_with(const RunDirectory& run, const std::optional<Checkpoint>& checkpoint, const ExperimentConfig& config,
                const std::string& command_line, const std::function<void()>& check) {
  if (checkpoint) {
    checkpoint->check_resumable(config);
  } else {
    check_resumable(run.config(), config, /*finished_iterations=*/0);
  }
  check();
  run.change_config(config, command_line);
}

std::vector<int64_t> sink_positions(const std::optional<Checkpoint>& checkpoint) {
  return checkpoint ? checkpoint->progress().sink_positions : std::vector<int64_t>();
}

}  // namespace vrkn::run
