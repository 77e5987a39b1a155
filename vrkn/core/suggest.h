#pragma once

#include <span>
#include <string>
#include <string_view>

namespace vrkn {

/// The known name that `wanted` most likely meant.
///
/// Closest by edit distance, where one insertion, removal, replacement or swap of neighbours counts 1 (Damerau 1964,
/// the restricted form); among equals the first. Empty when no name is close: when more than half of `wanted` would
/// change.
std::string nearest(std::string_view wanted, std::span<const std::string> known);

/// "; did you mean 'name'?" with the nearest name, for the end of a message; empty when none is close.
std::string did_you_mean(std::string_view wanted, std::span<const std::string> known);

}  // namespace vrkn
