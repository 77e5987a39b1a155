#include "apps/vrkn/starts_file.h"

#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/env/suite/replay.h"
#include "vrkn/env/suite/starts.h"
#include "vrkn/env/suite/suite_tasks.h"
#include "vrkn/evaluation/rollout.h"

namespace vrkn::app {

void add_starts_option(CLI::App& command, std::string& path) {
  command
      .add_option("--starts", path,
                  "write where the episodes begin, as a recording, for programs that shall begin there: a JSON file")
      ->type_name("FILE");
}

StartsFile::StartsFile(std::string path, const std::string& task, uint64_t seed, int64_t count)
    : path_(std::move(path)) {
  if (path_.empty()) return;
  const auto suite_task = env::find_suite_task(task);
  if (!suite_task) {
    throw ConfigError("task is \"" + task + "\", but --starts is for tasks of the control suite");
  }
  text_ = env::replay(*suite_task, env::draw_starts(*suite_task, evaluation::episode_seeds(seed, count)));
}

void StartsFile::write() const {
  if (!path_.empty()) write_file_atomically(path_, text_);
}

}  // namespace vrkn::app
