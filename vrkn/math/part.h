#pragma once

#include <utility>

#include <ATen/record_function.h>

namespace vrkn {

/// The part that draws random numbers, which is a kind of operation at the same time.
inline constexpr const char* kRandomNumbers = "random numbers";

/// Runs work() as a named part of the program, for whoever wants to know where time goes (vrkn/bench/time_profile.h);
/// some nanoseconds when nobody does. `name` lives forever. Returns what work() returns.
template <class Work>
decltype(auto) as_part(const char* name, Work&& work) {
  RECORD_USER_SCOPE(name);
  return std::forward<Work>(work)();
}

}  // namespace vrkn
