#pragma once

#include <cstdint>
#include <functional>

namespace vrkn::lgssm {

/// Calls work(task) for every task in [0, tasks), on up to `threads` threads (0: one per processor), and waits for all.
/// Which thread does which task is open, so a task must write to its own place only; then the result does not depend on
/// the number of threads. The first exception (of the lowest task) is thrown on, after all tasks are done.
void parallel_for(int64_t tasks, int threads, const std::function<void(int64_t task)>& work);

}  // namespace vrkn::lgssm
