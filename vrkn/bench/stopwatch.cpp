#include "vrkn/bench/stopwatch.h"

#include <ctime>

namespace vrkn::bench {
namespace {

double seconds(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

}  // namespace

double wall_time_s() {
  return seconds(CLOCK_MONOTONIC);
}

Duration now() {
  return {wall_time_s(), seconds(CLOCK_PROCESS_CPUTIME_ID)};
}

Duration operator-(const Duration& end, const Duration& begin) {
  return {end.wall_s - begin.wall_s, end.processor_s - begin.processor_s};
}

Duration duration_of(const std::function<void()>& work) {
  const Duration begin = now();
  work();
  return now() - begin;
}

}  // namespace vrkn::bench
