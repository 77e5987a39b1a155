#pragma once

#include <functional>
#include <string>
#include <vector>

#include "vrkn/bench/stopwatch.h"

namespace vrkn::bench {

/// A part of a whole, and the time it took.
struct TimeShare {
  std::string name = {};
  double time_s = 0.0;
};

/// Where the time of some work went, cut in two ways; each adds up to the whole.
struct TimeProfile {
  double total_s = 0.0;
  /// By the parts that the program names (vrkn/math/profile_scope.h), in the order of their first beginning, without
  /// what other parts inside them took; last, "other": what is in none.
  std::vector<TimeShare> parts = {};
  /// By kind of operation: products, convolutions, random numbers, elementwise (reductions as well), copies, rest:
  /// views and memory, automatic differentiation itself, what is no operator.
  std::vector<TimeShare> kinds = {};
};

/// Runs work() and listens, by `clock`, which gives seconds; again until two seconds have passed, five times at most.
/// The fastest run counts: the one that other programs disturbed least. Listening takes time itself, some tenths of a
/// microsecond for every operator, which is in the shares.
TimeProfile profile(const std::function<void()>& work, const std::function<double()>& clock = wall_time_s);

}  // namespace vrkn::bench
