#pragma once

#include <string>

#include "vrkn/core/image.h"

namespace vrkn::report {

/// The bytes of a PNG file with this picture. Throws ShapeError when its pixels do not match its size or it is empty.
std::string encode_png(const Image& image);

}  // namespace vrkn::report
