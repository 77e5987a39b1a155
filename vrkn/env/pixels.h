#pragma once

#include <cstdint>
#include <vector>

#include "vrkn/core/image.h"

namespace vrkn {

/// The bytes [3, H, W] of a picture, as sensors deliver them: one plane per colour. The inverse of image_from_planes
/// (core/picture.h).
std::vector<uint8_t> planar(const Image& image);

}  // namespace vrkn
