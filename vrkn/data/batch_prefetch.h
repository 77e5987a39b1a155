#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "vrkn/data/batch.h"

namespace vrkn::data {

/// Batches made by a thread of its own, one ahead: while the caller computes with one, the next is made. Which batches
/// these are does not depend on who is faster.
class BatchPrefetch {
 public:
  /// make(k) is called for k = begin, ..., end - 1 in this order and makes batch k, on the thread, whose tensor
  /// operations use it alone. It is the place for all that a batch needs before an update, such as pinned memory. What
  /// it reads must not change while this object lives.
  BatchPrefetch(int64_t begin, int64_t end, std::function<Batch(int64_t)> make);
  /// Waits for the batch that is being made, and drops what is left.
  ~BatchPrefetch() = default;
  BatchPrefetch(const BatchPrefetch&) = delete;
  BatchPrefetch& operator=(const BatchPrefetch&) = delete;

  /// Batch `begin`, then begin + 1, ...; at most end - begin calls. Waits until it is made. What make(k) throws comes
  /// out of the call that would return batch k, and of every one after it.
  Batch next();

 private:
  void work(const std::stop_token& stop, int64_t begin, int64_t end);

  std::function<Batch(int64_t)> make_;
  std::mutex mutex_;
  std::condition_variable_any made_, taken_;
  std::optional<Batch> ready_;  // guarded by mutex_, as failure_
  std::exception_ptr failure_;
  std::jthread worker_;  // last: it stops before what it uses goes
};

}  // namespace vrkn::data
