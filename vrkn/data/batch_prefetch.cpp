#include "vrkn/data/batch_prefetch.h"

#include <utility>

#include "vrkn/math/compute_threads.h"

namespace vrkn::data {

BatchPrefetch::BatchPrefetch(int64_t begin, int64_t end, std::function<Batch(int64_t)> make)
    : make_(std::move(make)),
      worker_(
          math::start_computing_alone([this, begin, end](const std::stop_token& stop) { work(stop, begin, end); })) {}

Batch BatchPrefetch::next() {
  std::unique_lock lock(mutex_);
  made_.wait(lock, [this] { return ready_.has_value() || failure_ != nullptr; });
  if (failure_) std::rethrow_exception(failure_);
  Batch batch = std::move(*ready_);
  ready_.reset();
  taken_.notify_one();
  return batch;
}

void BatchPrefetch::work(const std::stop_token& stop, int64_t begin, int64_t end) {
  for (int64_t number = begin; number < end && !stop.stop_requested(); ++number) {
    std::optional<Batch> batch;
    std::exception_ptr failure;
    try {
      batch = make_(number);
    } catch (...) {
      failure = std::current_exception();
    }
    std::unique_lock lock(mutex_);
    ready_ = std::move(batch);
    failure_ = failure;
    made_.notify_one();
    // The next one is begun when this one is in use: so there are never more than two.
    if (failure || !taken_.wait(lock, stop, [this] { return !ready_.has_value(); })) return;
  }
}

}  // namespace vrkn::data
