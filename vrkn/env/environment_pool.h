#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "vrkn/env/environment.h"

namespace vrkn::env {

/// Worlds, owned by the list.
using Environments = std::vector<std::unique_ptr<Environment>>;

/// Environments that are reset, stepped and drawn side by side, by threads that live as long as the pool and sleep
/// between calls.
///
/// During a call every environment belongs to one thread, and results are kept by the environment's number, so nothing
/// depends on how many threads there are. The caller's thread is one of them. A pool is used by one thread at a time.
///
/// What an environment throws reaches the caller after all others have done their part of the call; of several
/// exceptions, the one of the environment that the call names first. The pool can be used again afterwards.
class EnvironmentPool {
 public:
  /// `threads`: how many work, the caller's included; more than there are environments do not help and are not made.
  /// Throws ConfigError when there is no environment or `threads` is below 1.
  explicit EnvironmentPool(Environments environments, int64_t threads = 1);
  EnvironmentPool(const EnvironmentPool&) = delete;
  EnvironmentPool& operator=(const EnvironmentPool&) = delete;
  ~EnvironmentPool() = default;

  /// Number of environments, N.
  size_t size() const { return environments_.size(); }
  /// Environment `number`, below size(); unchecked.
  Environment& operator[](size_t number) { return *environments_[number]; }
  /// What the first environment takes and gives; a pool's are usually alike.
  const EnvironmentSpec& spec() const { return environments_.front()->spec(); }

  /// Begins an episode in each of the first seeds.size() environments. Throws ShapeError for more seeds than
  /// environments.
  std::vector<TimeStep> reset(std::span<const uint64_t> seeds);

  /// Applies row `number` of `actions` [N, A] to each environment in `numbers`, and returns their steps in that order.
  /// The numbers must differ. Throws ShapeError when `actions` has another size, or a number is N or more.
  std::vector<TimeStep> step(std::span<const size_t> numbers, std::span<const double> actions);

  /// A picture of every environment, as Environment::render, which says what it throws.
  std::vector<std::optional<Image>> render(int height, int width);

 private:
  /// One call's work: `work(i)` for i = 0 ... count - 1.
  struct Job {
    size_t count = 0;
    const std::function<void(size_t)>& work;
    size_t next = 0;
    size_t done = 0;
    std::vector<std::exception_ptr> errors{count};
  };

  void run(size_t count, const std::function<void(size_t)>& work);
  void do_next(std::unique_lock<std::mutex>& lock);
  void serve(const std::stop_token& stop);

  Environments environments_;
  std::mutex mutex_;
  Job* job_ = nullptr;  // guarded by mutex_, as what it points to
  std::condition_variable_any job_came_;
  std::condition_variable job_done_;
  std::vector<std::jthread> workers_;  // last: they stop before what they use goes
};

}  // namespace vrkn::env
