#include "control_clock.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <malloc.h>
#include <sched.h>
#include <sys/mman.h>
#include <time.h>

namespace deploy {

double milliseconds_since(SteadyClock::time_point begin) {
  return std::chrono::duration<double, std::milli>(SteadyClock::now() - begin).count();
}

void ControlClock::start() {
  begin_ = SteadyClock::now();
  tick_ = 0;
  late_s_ = 0.0;
}

int64_t ControlClock::wait() {
  if (period_s_ <= 0.0) return ++tick_, 1;
  const double now = milliseconds_since(begin_) / 1000.0 / period_s_;  // in periods
  late_s_ = std::max(now - static_cast<double>(tick_ + 1), 0.0) * period_s_;
  const int64_t next = std::max(tick_ + 1, static_cast<int64_t>(std::ceil(now)));
  const auto due = begin_ + std::chrono::duration_cast<SteadyClock::duration>(
                                std::chrono::duration<double>(static_cast<double>(next) * period_s_));
  // An absolute time: what happens between here and there moves nothing. std::chrono::steady_clock is CLOCK_MONOTONIC.
  const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(due.time_since_epoch()).count();
  const timespec until{.tv_sec = nanoseconds / 1'000'000'000, .tv_nsec = nanoseconds % 1'000'000'000};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) {
  }
  const int64_t passed = next - tick_;
  tick_ = next;
  return passed;
}

double Durations::quantile(double share) {
  if (values_ms_.empty()) return 0.0;
  std::ranges::sort(values_ms_);
  const auto rank = static_cast<size_t>(std::ceil(share * static_cast<double>(values_ms_.size())));
  return values_ms_[std::max<size_t>(rank, 1) - 1];
}

std::vector<std::string> become_real_time() {
  std::vector<std::string> refused;
  mallopt(M_TRIM_THRESHOLD, -1);
  mallopt(M_MMAP_MAX, 0);
  if (mlockall(MCL_CURRENT | MCL_FUTURE) != 0) {
    refused.push_back(std::string("memory that stays in RAM (mlockall): ") + std::strerror(errno));
  }
  const sched_param priority{.sched_priority = 80};
  if (sched_setscheduler(0, SCHED_FIFO, &priority) != 0) {
    refused.push_back(std::string("a real-time priority (SCHED_FIFO): ") + std::strerror(errno));
  }
  return refused;
}

}  // namespace deploy
