// Another program's reader of PNG, for what ours writes: https://github.com/nothings/stb
#pragma once
#include <string>

#include <gtest/gtest.h>

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#include <stb/stb_image.h>

#include "vrkn/core/image.h"

namespace vrkn {

/// The pixels as red, green and blue, whatever channels the file has.
inline Image decode_png(const std::string& png) {
  Image image;
  int channels = 0;
  stbi_uc* pixels = stbi_load_from_memory(reinterpret_cast<const stbi_uc*>(png.data()), static_cast<int>(png.size()),
                                          &image.width, &image.height, &channels, 3);
  EXPECT_NE(pixels, nullptr);
  if (pixels != nullptr) image.pixels.assign(pixels, pixels + 3 * image.width * image.height);
  stbi_image_free(pixels);
  return image;
}

}  // namespace vrkn
