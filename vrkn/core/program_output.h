#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "vrkn/core/child_process.h"

namespace vrkn {

/// What a program printed, and how it ended.
struct ProgramOutput {
  std::string printed;         ///< to its standard output
  std::string last_complaint;  ///< the last line of its standard error; empty when there is none
  ExitStatus status;
};

/// Runs a program, a path or a name to be found on PATH, to its end; it goes by `command[0]`, and `command` is all of
/// its arguments. It reads our standard input and has a process group of its own.
/// `stop_requested` is asked after every signal, and once a second: when it says so the program is asked to end, and
/// there is no output. Throws DataError when the program cannot be started, Error when the system has no pipe left.
std::optional<ProgramOutput> run_program(const std::vector<std::string>& command,
                                         const std::function<bool()>& stop_requested = {});

}  // namespace vrkn
