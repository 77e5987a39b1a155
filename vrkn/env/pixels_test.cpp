#include "vrkn/env/pixels.h"

#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/core/picture.h"

namespace vrkn {
namespace {

TEST(Pixels, OnePlanePerColour) {
  const Image image{1, 2, {1, 2, 3, 11, 12, 13}};
  EXPECT_EQ(planar(image), (std::vector<uint8_t>{1, 11, 2, 12, 3, 13}));
}

TEST(Pixels, ThereAndBack) {
  Image image{3, 5, {}};
  for (uint8_t i = 0; i < 45; ++i) image.pixels.push_back(i);
  const Image back = image_from_planes(planar(image), 3, 5);
  EXPECT_EQ(back.pixels, image.pixels);
  EXPECT_EQ(back.height, 3);
  EXPECT_EQ(back.width, 5);
  EXPECT_THROW(image_from_planes(planar(image), 3, 4), ShapeError);
}

}  // namespace
}  // namespace vrkn
