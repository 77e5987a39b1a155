#pragma once

#include <string_view>

namespace vrkn {

/// Uniformly random actions: the yardstick, and the first episodes of every run.
struct RandomConfig {
  static constexpr std::string_view kKind = "random";
  static constexpr void fields(auto& /*self*/, auto&& /*field*/) {}
};

}  // namespace vrkn
