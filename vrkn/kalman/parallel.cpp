#include "vrkn/kalman/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <vector>

namespace vrkn::kalman {

void parallel_for(int64_t tasks, int threads, const std::function<Worker()>& make_worker) {
  const int64_t wanted = threads > 0 ? threads : std::max<int64_t>(1, std::thread::hardware_concurrency());
  const int64_t workers = std::max<int64_t>(1, std::min(wanted, tasks));
  // First the tasks' errors, then those of the workers that could not be made.
  std::vector<std::exception_ptr> errors(static_cast<size_t>(tasks + workers));
  std::atomic<int64_t> next = 0;
  const auto run = [&](int64_t worker) {
    int64_t task = tasks + worker;
    try {
      const Worker work = make_worker();
      for (task = next++; task < tasks; task = next++) work(task);
    } catch (...) {
      errors[task] = std::current_exception();
      next = tasks;  // the others need not go on
    }
  };
  {
    std::vector<std::jthread> helpers;
    for (int64_t worker = 1; worker < workers; ++worker) helpers.emplace_back(run, worker);
    run(0);
  }
  for (const std::exception_ptr& error : errors) {
    if (error) std::rethrow_exception(error);
  }
}

}  // namespace vrkn::kalman
