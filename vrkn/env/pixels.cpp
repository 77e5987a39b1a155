#include "vrkn/env/pixels.h"

#include <string>

#include "vrkn/core/error.h"

namespace vrkn {

std::vector<uint8_t> planar(const Image& image) {
  const size_t area = static_cast<size_t>(image.height) * static_cast<size_t>(image.width);
  std::vector<uint8_t> planes(3 * area);
  for (size_t pixel = 0; pixel < area; ++pixel) {
    for (size_t colour = 0; colour < 3; ++colour) planes[colour * area + pixel] = image.pixels[3 * pixel + colour];
  }
  return planes;
}

Image interleaved(const std::vector<uint8_t>& planes, int height, int width) {
  const size_t area = static_cast<size_t>(height) * static_cast<size_t>(width);
  if (planes.size() != 3 * area) {
    throw ShapeError("a picture of " + std::to_string(height) + " x " + std::to_string(width) + " pixels needs " +
                     std::to_string(3 * area) + " bytes, but there are " + std::to_string(planes.size()));
  }
  Image image{height, width, std::vector<uint8_t>(3 * area)};
  for (size_t pixel = 0; pixel < area; ++pixel) {
    for (size_t colour = 0; colour < 3; ++colour) image.pixels[3 * pixel + colour] = planes[colour * area + pixel];
  }
  return image;
}

}  // namespace vrkn
