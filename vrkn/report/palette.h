#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "vrkn/core/image.h"

namespace vrkn::report {

using Rgb = std::array<uint8_t, 3>;

/// At most `most` colours, 1 to 256, that stand for those of all pictures: exactly theirs where they are so few, else
/// the means of boxes of colour space that were halved at the median of their pixels, the box with the most pixels
/// times extent first. Needs a pixel. Source: P. Heckbert, 1982, Color image quantization for frame buffer display,
/// Sec. 4.2; differs from it in: which box is halved next.
std::vector<Rgb> choose_palette(std::span<const Image> images, size_t most = 256);

/// For every pixel the number of the nearest colour of the palette, which must not be empty.
std::vector<uint8_t> nearest_colours(const Image& image, std::span<const Rgb> palette);

}  // namespace vrkn::report
