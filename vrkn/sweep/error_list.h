#pragma once

#include <concepts>
#include <string>
#include <vector>

#include "vrkn/core/error.h"

namespace vrkn::sweep {

/// Collects what is wrong with many things, so that all of it can be said at once.
class ErrorList {
 public:
  /// Does `check`; keeps what a ConfigError says, with the name of `what` it was about. The same fault of many things
  /// is kept once, with the first of them.
  void collect(const std::string& what, const std::invocable auto& check) {
    try {
      check();
    } catch (const ConfigError& error) {
      add(what, error.what());
    }
  }

  /// Throws one ConfigError with a line for each mistake.
  void throw_if_any() const;

 private:
  struct Mistake {
    std::string message;
    std::string first;
    int others = 0;
  };

  void add(const std::string& what, const std::string& message);

  std::vector<Mistake> found_;
};

}  // namespace vrkn::sweep
