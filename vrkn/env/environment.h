#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "vrkn/core/image.h"
#include "vrkn/env/spec.h"
#include "vrkn/env/time_step.h"

namespace vrkn::env {

/// A world to act in. Users plug in their own. One instance belongs to one thread at a time.
///
/// Every random number of an episode (initial state, noise, sensor schedules) is a function of the seed given to
/// `reset`, so an episode can be begun again and comes out the same.
class Environment {
 public:
  virtual ~Environment() = default;

  /// What it takes and gives; always the same.
  virtual const EnvironmentSpec& spec() const = 0;

  /// Begins an episode. The time step returned has reward 0. May throw SimulationError.
  virtual TimeStep reset(uint64_t seed) = 0;

  /// Applies `action` [A], each component in [-1, 1], for one agent step.
  /// Throws ShapeError when its size is not spec().action_size, SimulationError when the physics fails.
  virtual TimeStep step(std::span<const double> action) = 0;

  /// A picture of the world as it is now, for people to look at; nothing where the world has none. Sizes in pixels. May
  /// throw SimulationError when nothing can be drawn, ConfigError for a size that it does not draw.
  virtual std::optional<Image> render(int height, int width) {
    (void)height;
    (void)width;
    return std::nullopt;
  }
};

}  // namespace vrkn::env
