#pragma once

#include <cstdint>
#include <vector>

#include "vrkn/core/image.h"

namespace vrkn::env {

/// The bytes [3, H, W] of a picture, as sensors deliver them: one plane per colour. The inverse of image_from_planes
/// (core/picture.h).
std::vector<uint8_t> planar(const Image& image);

/// A smaller picture, [H / factor, W / factor]: the average of each block of factor x factor pixels, rounded to the
/// nearest. Throws ShapeError when `factor` is below 1 or does not divide height and width.
Image averaged_down(const Image& image, int factor);

}  // namespace vrkn::env
