#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace vrkn::app {

/// A few lines on the terminal that are written again and again in their place. Lines are cut where the screen ends.
class LiveTable {
 public:
  LiveTable() = default;
  LiveTable(const LiveTable&) = delete;
  LiveTable& operator=(const LiveTable&) = delete;
  /// Leaves the terminal with an empty line.
  ~LiveTable() { clear(); }

  /// How many lines there is room for, at least 3.
  static size_t rows();

  void show(const std::vector<std::string>& lines);
  /// Takes the lines away, so that something else can be printed; the next show brings them back.
  void clear();

 private:
  size_t standing_ = 0;  // lines on the screen
};

}  // namespace vrkn::app
