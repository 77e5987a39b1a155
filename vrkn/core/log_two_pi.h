#pragma once

namespace vrkn {

/// log(2 pi), of normal densities: to the last bit what std::log(2.0 * std::numbers::pi) gives.
inline constexpr double kLogTwoPi = 1.8378770664093453;

}  // namespace vrkn
