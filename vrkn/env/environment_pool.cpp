#include "vrkn/env/environment_pool.h"

#include <algorithm>
#include <string>

#include "vrkn/core/error.h"

namespace vrkn::env {

EnvironmentPool::EnvironmentPool(Environments environments, int64_t threads) : environments_(std::move(environments)) {
  if (environments_.empty()) throw ConfigError("a pool has 0 environments, but needs at least 1");
  if (threads < 1) throw ConfigError("a pool has " + std::to_string(threads) + " threads, but needs at least 1");
  const size_t helpers = std::min(static_cast<size_t>(threads), environments_.size()) - 1;
  for (size_t i = 0; i < helpers; ++i) {
    workers_.emplace_back([this](const std::stop_token& stop) { serve(stop); });
  }
}

std::vector<TimeStep> EnvironmentPool::reset(std::span<const uint64_t> seeds) {
  if (seeds.size() > size()) {
    throw ShapeError("there are " + std::to_string(seeds.size()) + " seeds, but only " + std::to_string(size()) +
                     " environments");
  }
  std::vector<TimeStep> steps(seeds.size());
  run(seeds.size(), [&](size_t i) { steps[i] = environments_[i]->reset(seeds[i]); });
  return steps;
}

std::vector<TimeStep> EnvironmentPool::step(std::span<const size_t> numbers, std::span<const double> actions) {
  const auto action_size = static_cast<size_t>(spec().action_size);
  if (actions.size() != size() * action_size) {
    throw ShapeError("there are " + std::to_string(actions.size()) + " components of actions, but " +
                     std::to_string(size()) + " environments take " + std::to_string(action_size) + " each");
  }
  for (const size_t number : numbers) {
    if (number >= size()) {
      throw ShapeError("environment " + std::to_string(number) + " was to step, but there are only " +
                       std::to_string(size()));
    }
  }
  std::vector<TimeStep> steps(numbers.size());
  run(numbers.size(), [&](size_t i) {
    steps[i] = environments_[numbers[i]]->step(actions.subspan(numbers[i] * action_size, action_size));
  });
  return steps;
}

std::vector<std::optional<Image>> EnvironmentPool::render(int height, int width) {
  std::vector<std::optional<Image>> images(size());
  run(size(), [&](size_t i) { images[i] = environments_[i]->render(height, width); });
  return images;
}

void EnvironmentPool::run(size_t count, const std::function<void(size_t)>& work) {
  Job job{.count = count, .work = work};
  std::unique_lock lock(mutex_);
  job_ = &job;
  if (count > 1) job_came_.notify_all();
  while (job.next < count) do_next(lock);
  job_done_.wait(lock, [&] { return job.done == count; });
  job_ = nullptr;
  const auto first = std::ranges::find_if(job.errors, [](const std::exception_ptr& error) { return error != nullptr; });
  if (first != job.errors.end()) std::rethrow_exception(*first);
}

void EnvironmentPool::do_next(std::unique_lock<std::mutex>& lock) {
  Job& job = *job_;  // stays until this piece of it is done
  const size_t i = job.next++;
  std::exception_ptr error;
  lock.unlock();
  try {
    job.work(i);
  } catch (...) {
    error = std::current_exception();
  }
  lock.lock();
  job.errors[i] = std::move(error);
  if (++job.done == job.count) job_done_.notify_one();
}

void EnvironmentPool::serve(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const auto has_work = [this] { return job_ != nullptr && job_->next < job_->count; };
  while (job_came_.wait(lock, stop, has_work)) do_next(lock);
}

}  // namespace vrkn::env
