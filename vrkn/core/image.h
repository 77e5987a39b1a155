#pragma once

#include <cstdint>
#include <vector>

namespace vrkn {

/// An 8-bit RGB picture, rows from the top, pixels interleaved: `pixels` has height * width * 3 bytes.
struct Image {
  int height = 0;
  int width = 0;
  std::vector<uint8_t> pixels;
};

}  // namespace vrkn
