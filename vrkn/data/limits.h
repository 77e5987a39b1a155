#pragma once

#include <cmath>

namespace vrkn::data {

// The largest magnitudes that are learned from. Rewards and actions enter the networks and the bound as they are: the
// square of a reward of 1e6 already outweighs every other term by twelve digits, and float32 holds seven. Readings are
// standardised first, but single ones beyond 1e9 are sentinels, clocks or faults: they would flatten all the others.
inline constexpr double kLargestReward = 1e6;
inline constexpr double kLargestAction = 1e6;
inline constexpr double kLargestReading = 1e9;

/// Whether a value is finite and no larger than that.
inline bool is_within(double value, double largest) {
  return std::abs(value) <= largest;  // false for NaN
}

}  // namespace vrkn::data
