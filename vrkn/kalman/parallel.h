#pragma once

#include <cstdint>
#include <functional>

namespace vrkn::kalman {

/// Does one task; owns what it works in.
using Worker = std::function<void(int64_t task)>;

/// Does every task in [0, tasks), on up to `threads` threads (0: one per processor), each with a worker of its own, and
/// waits for all. Which worker does which task is open, so a task must write to its own place only; then the result
/// does not depend on the number of threads. The error of the lowest task that failed is thrown on, after all are done.
void parallel_for(int64_t tasks, int threads, const std::function<Worker()>& make_worker);

}  // namespace vrkn::kalman
