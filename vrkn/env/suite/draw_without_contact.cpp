#include "vrkn/env/suite/draw_without_contact.h"

#include <string>

#include "vrkn/core/error.h"

namespace vrkn::env {

void draw_without_contact(Physics& physics, const std::function<void()>& draw) {
  constexpr int kTries = 1000;
  for (int i = 0; i < kTries; ++i) {
    draw();
    physics.forward();
    if (physics.data().ncon == 0) return;
  }
  throw SimulationError("no pose without contact was found in " + std::to_string(kTries) + " draws");
}

}  // namespace vrkn::env
