#pragma once

#include <functional>
#include <stop_token>
#include <thread>

namespace vrkn::math {

/// How many threads the tensor operations of the calling thread use, for as long as this lives. Every thread has a
/// number of its own.
class ComputeThreads {
 public:
  /// `count` at least 1.
  explicit ComputeThreads(int count);
  ~ComputeThreads();
  ComputeThreads(const ComputeThreads&) = delete;
  ComputeThreads& operator=(const ComputeThreads&) = delete;

 private:
  int before_;
};

/// A thread for `work` whose tensor operations use that one thread only, so that it takes one processor from whoever
/// computes beside it. `work` must not throw.
std::jthread start_computing_alone(std::function<void(const std::stop_token&)> work);

}  // namespace vrkn::math
