#include "vrkn/env/pixels.h"

#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/core/picture.h"

namespace vrkn::env::pixels_test {
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

TEST(Pixels, AveragedDownIsTheRoundedMeanOfEachBlock) {
  const Image image{2, 4, {0, 10, 255, 1, 20, 255, 4, 0, 0, 4, 0, 0,  //
                           0, 30, 255, 1, 40, 254, 4, 0, 0, 6, 0, 1}};
  const Image small = averaged_down(image, 2);
  EXPECT_EQ(small.height, 1);
  EXPECT_EQ(small.width, 2);
  EXPECT_EQ(small.pixels, (std::vector<uint8_t>{1, 25, 255, 5, 0, 0}));  // 0.5, 25, 254.75, 4.5, 0, 0.25
  EXPECT_EQ(averaged_down(image, 1).pixels, image.pixels);
  EXPECT_THROW(averaged_down(image, 3), ShapeError);
  EXPECT_THROW(averaged_down(image, 0), ShapeError);
}

}  // namespace
}  // namespace vrkn::env::pixels_test
