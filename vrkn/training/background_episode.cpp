#include "vrkn/training/background_episode.h"

#include <utility>

#include "vrkn/math/compute_threads.h"

namespace vrkn::training {

BackgroundEpisode::BackgroundEpisode(
    std::function<std::optional<data::Episode>(const evaluation::EpisodeHooks& hooks)> collect)
    : collect_(std::move(collect)),
      worker_(math::start_computing_alone([this](const std::stop_token& stop) { work(stop); })) {}

void BackgroundEpisode::check() const {
  const std::lock_guard lock(mutex_);
  if (failure_) std::rethrow_exception(failure_);
}

std::optional<int64_t> BackgroundEpisode::wait_for_more_than(int64_t steps) const {
  std::unique_lock lock(mutex_);
  news_.wait(lock, [&] { return is_over_ || steps_ > steps; });
  if (failure_) std::rethrow_exception(failure_);
  return is_over_ ? std::nullopt : std::optional(steps_);
}

data::Episode BackgroundEpisode::take() {
  std::unique_lock lock(mutex_);
  news_.wait(lock, [this] { return is_over_; });
  if (failure_) std::rethrow_exception(failure_);
  return std::move(*episode_);
}

void BackgroundEpisode::work(const std::stop_token& stop) {
  const evaluation::EpisodeHooks hooks{.on_step =
                                           [this](size_t, env::Environment&, const env::Observation&) {
                                             const std::lock_guard lock(mutex_);
                                             ++steps_;
                                             news_.notify_one();
                                           },
                                       .stop_requested = [&] { return stop.stop_requested(); }};
  std::optional<data::Episode> episode;
  std::exception_ptr failure;
  try {
    episode = collect_(hooks);
  } catch (...) {
    failure = std::current_exception();
  }
  const std::lock_guard lock(mutex_);
  episode_ = std::move(episode);
  failure_ = std::move(failure);
  is_over_ = true;
  news_.notify_one();
}

}  // namespace vrkn::training
