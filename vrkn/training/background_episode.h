#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "vrkn/evaluation/run_episodes.h"

namespace vrkn::training {

/// An episode that a thread of its own collects while the caller does something else. Tensor operations of that thread
/// use it alone.
class BackgroundEpisode {
 public:
  /// `collect` is called once, on the thread, and plays an episode with the hooks it is given, or returns nothing when
  /// these said stop. What it works with belongs to the thread while this object lives.
  explicit BackgroundEpisode(
      std::function<std::optional<data::Episode>(const evaluation::EpisodeHooks& hooks)> collect);
  /// Says stop, waits for the step under way, and drops the episode.
  ~BackgroundEpisode() = default;
  BackgroundEpisode(const BackgroundEpisode&) = delete;
  BackgroundEpisode& operator=(const BackgroundEpisode&) = delete;

  /// Throws what `collect` threw, if it has.
  void check() const;
  /// Waits until more than `steps` readings were taken, that of the reset included, or the episode is over. Returns how
  /// many there are now; nothing when it is over. Throws as check.
  std::optional<int64_t> wait_for_more_than(int64_t steps) const;
  /// Waits until the episode is over, and hands it out, once. Throws as check.
  data::Episode take();

 private:
  void work(const std::stop_token& stop);

  std::function<std::optional<data::Episode>(const evaluation::EpisodeHooks&)> collect_;
  mutable std::mutex mutex_;
  mutable std::condition_variable news_;
  int64_t steps_ = 0;  // guarded by mutex_, as all up to worker_
  bool is_over_ = false;
  std::optional<data::Episode> episode_;
  std::exception_ptr failure_;
  std::jthread worker_;  // last: it stops before what it uses goes
};

}  // namespace vrkn::training
