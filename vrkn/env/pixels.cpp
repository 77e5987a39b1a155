#include "vrkn/env/pixels.h"

#include <cstddef>

namespace vrkn {

std::vector<uint8_t> planar(const Image& image) {
  const size_t area = static_cast<size_t>(image.height) * static_cast<size_t>(image.width);
  std::vector<uint8_t> planes(3 * area);
  for (size_t pixel = 0; pixel < area; ++pixel) {
    for (size_t colour = 0; colour < 3; ++colour) planes[colour * area + pixel] = image.pixels[3 * pixel + colour];
  }
  return planes;
}

}  // namespace vrkn
