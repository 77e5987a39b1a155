#include "vrkn/report/png.h"

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC  // no symbols that could meet those of a program with an stb of its own
#include <stb/stb_image_write.h>

#include "vrkn/core/picture.h"

namespace vrkn::report {

std::string encode_png(const Image& image) {
  check_image(image);
  std::string file;
  const auto append = [](void* out, void* data, int size) {
    static_cast<std::string*>(out)->append(static_cast<const char*>(data), static_cast<size_t>(size));
  };
  stbi_write_png_to_func(append, &file, image.width, image.height, 3, image.pixels.data(), 3 * image.width);
  return file;
}

}  // namespace vrkn::report
