#pragma once

#include <functional>

namespace vrkn::bench {

/// What time is counted: the clock's, or that of the processors.
enum class Clock { kWall, kProcessor };

/// How long something took.
struct Duration {
  double wall_s = 0.0;       ///< on the clock
  double processor_s = 0.0;  ///< of all processors together, of this process alone: what other programs took is not in
                             ///< it
};

/// The clock's time since some fixed moment; cheaper than now().
double wall_time_s();

/// Time since some fixed moment; differences count.
Duration now();

Duration operator-(const Duration& end, const Duration& begin);

/// How long work() takes.
Duration duration_of(const std::function<void()>& work);

}  // namespace vrkn::bench
