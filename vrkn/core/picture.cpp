#include "vrkn/core/picture.h"

#include <algorithm>
#include <string>

#include "vrkn/core/error.h"

namespace vrkn {
namespace {

constexpr uint8_t kWhite = 255;

size_t pixel_at(const Image& image, int row, int column) {
  return 3 * (static_cast<size_t>(row) * static_cast<size_t>(image.width) + static_cast<size_t>(column));
}

Image white_image(int height, int width) {
  Image image{height, width, {}};
  image.pixels.assign(pixel_at(image, height, 0), kWhite);
  return image;
}

void paste(const Image& source, Image& target, int top, int left) {
  const size_t row_size = 3 * static_cast<size_t>(source.width);
  for (int row = 0; row < source.height; ++row) {
    std::copy_n(source.pixels.data() + pixel_at(source, row, 0), row_size,
                target.pixels.data() + pixel_at(target, top + row, left));
  }
}

/// Checks pictures that are to stand together, and the gap between them.
void check_row(std::span<const Image> images, int gap, int Image::*common, const std::string& what) {
  if (images.empty()) throw ShapeError("a row of pictures needs at least one");
  if (gap < 0) throw ShapeError("the gap between pictures must be at least 0, not " + std::to_string(gap));
  for (const Image& image : images) {
    check_image(image);
    if (image.*common != images[0].*common) {
      throw ShapeError("pictures in one row must have one " + what + ", not " + std::to_string(images[0].*common) +
                       " and " + std::to_string(image.*common));
    }
  }
}

int total(std::span<const Image> images, int gap, int Image::*extent) {
  int sum = gap * (static_cast<int>(images.size()) - 1);
  for (const Image& image : images) sum += image.*extent;
  return sum;
}

}  // namespace

void check_image(const Image& image) {
  if (image.height < 1 || image.width < 1 || image.pixels.size() != pixel_at(image, image.height, 0)) {
    throw ShapeError("a picture of " + std::to_string(image.height) + " x " + std::to_string(image.width) +
                     " pixels cannot have " + std::to_string(image.pixels.size()) + " values");
  }
}

Image image_from_planes(std::span<const uint8_t> pixels, int height, int width) {
  const size_t plane_size = static_cast<size_t>(std::max(height, 0)) * static_cast<size_t>(std::max(width, 0));
  const size_t planes = plane_size == 0 ? 0 : pixels.size() / plane_size;
  const bool fits = planes > 0 && planes * plane_size == pixels.size();
  Image image{height, width, std::vector<uint8_t>(fits ? 3 * plane_size : pixels.size())};
  check_image(image);
  for (size_t i = 0; i < plane_size; ++i) {
    for (size_t channel = 0; channel < 3; ++channel) {
      image.pixels[3 * i + channel] = pixels[planes < 3 ? i : channel * plane_size + i];
    }
  }
  return image;
}

Image hstack(std::span<const Image> images, int gap) {
  check_row(images, gap, &Image::height, "height");
  Image row = white_image(images[0].height, total(images, gap, &Image::width));
  int left = 0;
  for (const Image& image : images) {
    paste(image, row, 0, left);
    left += image.width + gap;
  }
  return row;
}

Image vstack(std::span<const Image> images, int gap) {
  check_row(images, gap, &Image::width, "width");
  Image column = white_image(total(images, gap, &Image::height), images[0].width);
  int top = 0;
  for (const Image& image : images) {
    paste(image, column, top, 0);
    top += image.height + gap;
  }
  return column;
}

Image framed(const Image& image, int width, std::array<uint8_t, 3> colour) {
  check_image(image);
  if (width < 0) throw ShapeError("the frame of a picture must be at least 0 wide, not " + std::to_string(width));
  Image large = white_image(image.height + 2 * width, image.width + 2 * width);
  for (size_t i = 0; i < large.pixels.size(); ++i) large.pixels[i] = colour[i % 3];
  paste(image, large, width, width);
  return large;
}

Image upscale(const Image& image, int factor) {
  check_image(image);
  if (factor < 1) throw ShapeError("a picture can be enlarged 1 times or more, not " + std::to_string(factor));
  Image large = white_image(factor * image.height, factor * image.width);
  for (int row = 0; row < large.height; ++row) {
    for (int column = 0; column < large.width; ++column) {
      std::copy_n(image.pixels.data() + pixel_at(image, row / factor, column / factor), 3,
                  large.pixels.data() + pixel_at(large, row, column));
    }
  }
  return large;
}

}  // namespace vrkn
