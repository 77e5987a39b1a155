#pragma once

#include <cstdint>
#include <string>

#include <CLI/CLI.hpp>

namespace vrkn::app {

/// The option --starts of commands that play episodes: a file for where they begin, as a recording (docs/rollouts.md).
class StartsFile {
 public:
  void add_option(CLI::App& command);

  /// Draws the starts of the first `count` episodes of evaluation::roll_out with `seed`. Throws ConfigError when the
  /// task is none of the control suite's.
  void draw(const std::string& task, uint64_t seed, int64_t count);
  /// Writes what was drawn. Throws DataError when that fails.
  void write() const;

 private:
  std::string path_, text_;  // empty: not asked for
};

}  // namespace vrkn::app
