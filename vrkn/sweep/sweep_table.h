#pragma once

#include <span>
#include <string>
#include <vector>

#include "vrkn/sweep/run_status.h"

namespace vrkn::sweep {

/// The runs as lines of a table, the head included: run, state, iterations, steps, return of the last evaluation, time
/// left. Why runs failed stands in lines of its own below.
std::vector<std::string> sweep_table(std::span<const RunStatus> runs);

/// The same in at most `rows` lines (>= 3) for a screen: what does not fit is counted by state in the last line.
/// Running and failed runs come first where there is no room for all.
std::vector<std::string> sweep_table(std::span<const RunStatus> runs, size_t rows);

/// "6 runs: 2 finished, 1 running, 3 not begun"
std::string sweep_summary(std::span<const RunStatus> runs);

}  // namespace vrkn::sweep
