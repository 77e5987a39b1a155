#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "vrkn/core/image.h"

namespace vrkn {

/// Throws ShapeError unless the picture has pixels, and exactly as many as its size says.
void check_image(const Image& image);

/// A picture from planes: `pixels` is uint8 [C, height, width], as sensors and replay hold it. Of three or more planes
/// the first three are its colours; one or two are shown by the first, in grey.
/// Throws ShapeError when the number of values is no multiple of a plane's.
Image image_from_planes(std::span<const uint8_t> pixels, int height, int width);

/// Pictures of one height side by side, `gap` >= 0 white pixels between them. Throws ShapeError when there are none or
/// their heights differ.
Image hstack(std::span<const Image> images, int gap = 2);

/// Pictures of one width from top to bottom, `gap` >= 0 white pixels between them. Throws ShapeError when there are
/// none or their widths differ.
Image vstack(std::span<const Image> images, int gap = 2);

/// The picture with a frame of one colour around it, `width` >= 0 pixels on each side. Throws ShapeError for less.
Image framed(const Image& image, int width, std::array<uint8_t, 3> colour);

/// Every pixel as a square of `factor` x `factor`, factor >= 1. Throws ShapeError for a smaller factor.
Image upscale(const Image& image, int factor);

}  // namespace vrkn
