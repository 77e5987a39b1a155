#include "vrkn/math/compute_threads.h"

#include <utility>

#include <ATen/Parallel.h>

namespace vrkn::math {

// LibTorch sets the calling thread's number and the one that threads begin with at their first operation. Asking for
// the number counts as one: what is set from then on by others is not taken over any more.

ComputeThreads::ComputeThreads(int count) : before_(at::get_num_threads()) {
  at::set_num_threads(count);
}

ComputeThreads::~ComputeThreads() {
  at::set_num_threads(before_);
}

std::jthread start_computing_alone(std::function<void(const std::stop_token&)> work) {
  at::get_num_threads();  // the caller's number is its own before another thread sets one
  return std::jthread([work = std::move(work)](const std::stop_token& stop) {
    const ComputeThreads alone(1);
    work(stop);
  });
}

}  // namespace vrkn::math
