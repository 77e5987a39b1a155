#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace deploy {

using SteadyClock = std::chrono::steady_clock;

/// Milliseconds since a time.
double milliseconds_since(SteadyClock::time_point begin);

/// Says when decisions are due: at 0, P, 2 P, ... seconds after `start`. One that has taken longer than P makes the
/// next ones be left out until the clock is caught up with; none comes in a burst.
class ControlClock {
 public:
  /// `period_s`: P; 0: decisions are due at once, and none is ever late.
  explicit ControlClock(double period_s) : period_s_(period_s) {}

  void start();

  /// Sleeps until the next decision is due. Returns how many periods have passed since the last one: 1, or more when
  /// decisions had to be left out.
  int64_t wait();

  /// How late the last decision was when it was done, in seconds; 0 if it was in time.
  double late_s() const { return late_s_; }

 private:
  double period_s_;
  SteadyClock::time_point begin_;
  int64_t tick_ = 0;
  double late_s_ = 0.0;
};

/// Durations and what they are on the whole. Its memory is made once.
class Durations {
 public:
  explicit Durations(size_t capacity) { values_ms_.reserve(capacity); }

  /// Not kept beyond the capacity.
  void add(double duration_ms) {
    if (values_ms_.size() < values_ms_.capacity()) values_ms_.push_back(duration_ms);
  }

  size_t number() const { return values_ms_.size(); }

  /// The smallest that `share` of them do not exceed, in milliseconds; 0 without any. Sorts them.
  double quantile(double share);

 private:
  std::vector<double> values_ms_;
};

/// Asks the operating system for what keeps a loop on time: a real-time priority, memory that stays in RAM, a heap that
/// gives nothing back. Returns what was refused, in words; empty: nothing.
std::vector<std::string> become_real_time();

}  // namespace deploy
