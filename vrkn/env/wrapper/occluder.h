#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "vrkn/core/random.h"
#include "vrkn/env/occlusion_config.h"

namespace vrkn::env {

/// A disc, or a wall as high as the image, that drifts before the camera, straight on and at its own speed.
///
/// Places and sizes are shares of the image's sides; x from the left, y from the top. An occluder comes back on the
/// other side once it has left the image altogether. So a centre that is uniformly distributed at the reset is so at
/// every step, and every pixel is hidden with the same probability at every step.
struct Occluder {
  enum class Shape { kDisc, kWall };

  Shape shape = Shape::kDisc;
  double radius = 0.0;                  ///< of the wall: half its width
  double x = 0.0, y = 0.0;              ///< the centre, in [-radius, 1 + radius)
  double speed_x = 0.0, speed_y = 0.0;  ///< sides of the image per agent step
  std::array<uint8_t, 3> colour = {};   ///< dull, but not black: a wall is no shadow

  /// The occluder as it is `steps` agent steps later.
  Occluder after(int64_t steps) const;

  /// Whether it hides the point (at_x, at_y) of the image.
  bool covers(double at_x, double at_y) const;
};

/// The occluders of an episode. Sizes and speeds are uniform in their ranges, places uniform, discs drift in any
/// direction and walls to the left or to the right.
std::vector<Occluder> draw_occluders(const OcclusionConfig& config, ScalarGenerator random);

}  // namespace vrkn::env
