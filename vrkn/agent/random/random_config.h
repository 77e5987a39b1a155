#pragma once

#include <string_view>

#include "vrkn/core/field.h"

namespace vrkn::agent {

/// Uniformly random actions: the yardstick, and the first episodes of every run.
struct RandomConfig {
  static constexpr std::string_view kKind = "random";

  double amplitude = 1.0;

  static constexpr void fields(auto& self, auto&& field) {
    field("amplitude", self.amplitude, "actions are uniform in [-amplitude, amplitude]; 0: no action at all",
          between(0.0, 1.0));
  }
};

}  // namespace vrkn::agent
