#include "vrkn/report/png.h"

#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/decode_png.h"
#include "vrkn/core/error.h"
#include "vrkn/core/random.h"

namespace vrkn::report::png_test {
namespace {

TEST(Png, KeepsEveryPixel) {
  ScalarGenerator random(1);
  for (const auto& [height, width] : {std::pair{1, 1}, {3, 7}, {64, 64}, {65, 200}}) {
    Image image{height, width, {}};
    for (int i = 0; i < height * width; ++i) {
      image.pixels.push_back(static_cast<uint8_t>(random.integer(0, 255)));  // noise
      image.pixels.push_back(static_cast<uint8_t>(i));                       // a slope
      image.pixels.push_back(200);                                           // one colour
    }
    const Image decoded = decode_png(encode_png(image));
    EXPECT_EQ(decoded.height, height);
    EXPECT_EQ(decoded.width, width);
    EXPECT_EQ(decoded.pixels, image.pixels);
  }
}

TEST(Png, RefusesPicturesThatAreNone) {
  EXPECT_THROW(encode_png({}), ShapeError);
  EXPECT_THROW(encode_png({2, 2, {1, 2, 3}}), ShapeError);
  EXPECT_THROW(encode_png({-1, -1, {1, 2, 3}}), ShapeError);
}

}  // namespace
}  // namespace vrkn::report::png_test
