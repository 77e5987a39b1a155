#pragma once

#include <cstdint>
#include <string>

#include <CLI/CLI.hpp>

namespace vrkn::app {

/// Adds the option --starts of commands that play episodes.
void add_starts_option(CLI::App& command, std::string& path);

/// A file for where episodes begin, as a recording (docs/rollouts.md).
class StartsFile {
 public:
  /// Draws the starts of the first `count` episodes of evaluation::roll_out with `seed`, unless the path is empty.
  /// Throws ConfigError when the task is none of the control suite's.
  StartsFile(std::string path, const std::string& task, uint64_t seed, int64_t count);
  /// Writes what was drawn. Throws DataError when that fails.
  void write() const;

 private:
  std::string path_, text_;
};

}  // namespace vrkn::app
