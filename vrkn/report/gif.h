#pragma once

#include <span>
#include <string>

#include "vrkn/core/image.h"

namespace vrkn::report {

/// The bytes of an animated GIF that shows these pictures over and over, with at most 256 colours that all of them
/// share; the same pictures give the same bytes. `fps`, pictures per second, 1 to 50: GIF counts hundredths of a
/// second, and what shows it slows shorter pictures down. Throws ShapeError when there are no pictures, their sizes
/// differ, or they exceed 65535 pixels each way; ConfigError for another rate.
std::string encode_gif(std::span<const Image> frames, double fps);

}  // namespace vrkn::report
