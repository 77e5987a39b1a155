#pragma once

#include <utility>

#include <ATen/record_function.h>

namespace vrkn::math {

// Parts that are kinds of operations: loops of our own where LibTorch would have an operator.
inline constexpr const char* kRandomNumbers = "random numbers";
inline constexpr const char* kElementwise = "elementwise";

/// Runs work() as a named part of the program, for whoever wants to know where time goes (vrkn/bench/time_profile.h);
/// some nanoseconds when nobody does. `name` lives forever. Returns what work() returns.
template <class Work>
decltype(auto) profile_scope(const char* name, Work&& work) {
  RECORD_USER_SCOPE(name);
  return std::forward<Work>(work)();
}

}  // namespace vrkn::math
