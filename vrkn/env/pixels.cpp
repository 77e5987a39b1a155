#include "vrkn/env/pixels.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "vrkn/core/error.h"

namespace vrkn::env {

std::vector<uint8_t> planar(const Image& image) {
  const size_t area = static_cast<size_t>(image.height) * static_cast<size_t>(image.width);
  std::vector<uint8_t> planes(3 * area);
  for (size_t pixel = 0; pixel < area; ++pixel) {
    for (size_t colour = 0; colour < 3; ++colour) planes[colour * area + pixel] = image.pixels[3 * pixel + colour];
  }
  return planes;
}

Image averaged_down(const Image& image, int factor) {
  if (factor < 1 || image.height % factor != 0 || image.width % factor != 0) {
    throw ShapeError("A picture of " + std::to_string(image.height) + " x " + std::to_string(image.width) +
                     " pixels has no blocks of " + std::to_string(factor) + " x " + std::to_string(factor) + ".");
  }
  if (factor == 1) return image;
  Image small{image.height / factor, image.width / factor, {}};
  const auto samples = static_cast<uint32_t>(factor * factor);
  std::vector<uint32_t> sums(static_cast<size_t>(small.width) * 3);
  for (int y = 0; y < small.height; ++y) {
    std::ranges::fill(sums, samples / 2);  // so that the division rounds
    for (int row = y * factor; row < (y + 1) * factor; ++row) {
      const uint8_t* pixel = image.pixels.data() + static_cast<size_t>(row) * static_cast<size_t>(image.width) * 3;
      for (int x = 0; x < image.width; ++x, pixel += 3) {
        uint32_t* sum = sums.data() + static_cast<size_t>(x / factor) * 3;
        for (int colour = 0; colour < 3; ++colour) sum[colour] += pixel[colour];
      }
    }
    for (const uint32_t sum : sums) small.pixels.push_back(static_cast<uint8_t>(sum / samples));
  }
  return small;
}

}  // namespace vrkn::env
