#pragma once

#include <cstdint>
#include <vector>

#include "vrkn/core/image.h"

namespace vrkn {

/// The bytes [3, H, W] of a picture, as sensors deliver them: one plane per colour.
std::vector<uint8_t> planar(const Image& image);

/// The picture behind the bytes [3, H, W] of a sensor: the inverse of planar().
/// Throws ShapeError when `planes` has not 3 * height * width bytes.
Image interleaved(const std::vector<uint8_t>& planes, int height, int width);

}  // namespace vrkn
