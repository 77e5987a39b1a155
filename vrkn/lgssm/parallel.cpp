#include "vrkn/lgssm/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <vector>

namespace vrkn::lgssm {

void parallel_for(int64_t tasks, int threads, const std::function<void(int64_t)>& work) {
  const int64_t wanted = threads > 0 ? threads : std::max<int64_t>(1, std::thread::hardware_concurrency());
  std::vector<std::exception_ptr> errors(static_cast<size_t>(tasks));
  std::atomic<int64_t> next = 0;
  const auto run = [&] {
    for (int64_t task = next++; task < tasks; task = next++) {
      try {
        work(task);
      } catch (...) {
        errors[task] = std::current_exception();
      }
    }
  };
  {
    std::vector<std::jthread> helpers;
    for (int64_t i = 1; i < std::min(wanted, tasks); ++i) helpers.emplace_back(run);
    run();
  }
  for (const std::exception_ptr& error : errors) {
    if (error) std::rethrow_exception(error);
  }
}

}  // namespace vrkn::lgssm
