#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

namespace vrkn::report {

using Arguments = std::vector<std::string>;

/// Starts the program `arguments[0]`, found on PATH, without a shell and in a process group of its own: Ctrl-C reaches
/// only us, who may want to end its work well. `input`, `output` and `errors` become its standard streams; an `output`
/// of -1 is thrown away. Sets `process` and returns 0, or returns an errno: ENOENT when there is no such program.
int spawn(pid_t& process, const Arguments& arguments, int input, int output, int errors);

/// Waits for the end of `process` and returns its status as waitpid(2) gives it: 0 when it succeeded.
int wait_for(pid_t process);

/// The last line of what was written to the file `descriptor`; empty when there is none.
std::string last_line(int descriptor);

}  // namespace vrkn::report
