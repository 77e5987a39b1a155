#include "vrkn/core/picture.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"

namespace vrkn::picture_test {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// A picture of grey pixels.
Image grey(int height, int width, const std::vector<uint8_t>& values) {
  Image image{height, width, {}};
  for (const uint8_t value : values) image.pixels.insert(image.pixels.end(), 3, value);
  return image;
}

void expect_equal(const Image& a, const Image& b) {
  EXPECT_EQ(a.height, b.height);
  EXPECT_EQ(a.width, b.width);
  EXPECT_THAT(a.pixels, ElementsAreArray(b.pixels));
}

TEST(Picture, InterleavesPlanes) {
  const std::vector<uint8_t> planes = {1, 2, 11, 12, 21, 22};
  const Image wide = image_from_planes(planes, 1, 2);
  EXPECT_EQ(wide.height, 1);
  EXPECT_EQ(wide.width, 2);
  EXPECT_THAT(wide.pixels, ElementsAre(1, 11, 21, 2, 12, 22));
  const uint8_t two_planes[] = {1, 2, 7, 8}, four_planes[] = {1, 2, 3, 4, 5, 6, 7, 8};
  expect_equal(image_from_planes({two_planes, 2}, 1, 2), grey(1, 2, {1, 2}));
  expect_equal(image_from_planes(two_planes, 1, 2), grey(1, 2, {1, 2}));
  EXPECT_EQ(image_from_planes(four_planes, 1, 2).pixels, (std::vector<uint8_t>{1, 3, 5, 2, 4, 6}));
  EXPECT_THAT([&] { image_from_planes(planes, 2, 2); }, ThrowsMessage<ShapeError>(HasSubstr("2 x 2")));
}

TEST(Picture, StacksSideBySide) {
  const std::vector<Image> images = {grey(2, 1, {1, 2}), grey(2, 2, {3, 4, 5, 6})};
  expect_equal(hstack(images, 1), grey(2, 4, {1, 255, 3, 4, 2, 255, 5, 6}));
  expect_equal(hstack(images, 0), grey(2, 3, {1, 3, 4, 2, 5, 6}));
  expect_equal(hstack(std::vector<Image>{images[0]}), images[0]);
}

TEST(Picture, StacksFromTopToBottom) {
  const std::vector<Image> images = {grey(1, 2, {1, 2}), grey(2, 2, {3, 4, 5, 6})};
  expect_equal(vstack(images, 1), grey(4, 2, {1, 2, 255, 255, 3, 4, 5, 6}));
  expect_equal(vstack(images, 0), grey(3, 2, {1, 2, 3, 4, 5, 6}));
}

TEST(Picture, RefusesRowsThatDoNotFit) {
  const std::vector<Image> unequal = {grey(1, 2, {1, 2}), grey(2, 1, {3, 4})};
  EXPECT_THAT([&] { hstack(unequal); }, ThrowsMessage<ShapeError>(HasSubstr("one height, not 1 and 2")));
  EXPECT_THAT([&] { vstack(unequal); }, ThrowsMessage<ShapeError>(HasSubstr("one width, not 2 and 1")));
  EXPECT_THROW(hstack({}), ShapeError);
  EXPECT_THROW(hstack(std::vector<Image>{unequal[0]}, -1), ShapeError);
  EXPECT_THROW(hstack(std::vector<Image>{Image{2, 2, {1, 2, 3}}}), ShapeError);
}

TEST(Picture, AFrameStandsAroundThePicture) {
  expect_equal(framed(grey(1, 2, {1, 2}), 1, {7, 7, 7}), grey(3, 4, {7, 7, 7, 7, 7, 1, 2, 7, 7, 7, 7, 7}));
  expect_equal(framed(grey(1, 1, {1}), 0, {7, 7, 7}), grey(1, 1, {1}));
  EXPECT_EQ(framed(grey(1, 1, {1}), 1, {7, 8, 9}).pixels[5], 9);
  EXPECT_THROW(framed(grey(1, 1, {1}), -1, {}), ShapeError);
}

TEST(Picture, EnlargesByAWholeFactor) {
  expect_equal(upscale(grey(1, 2, {1, 2}), 2), grey(2, 4, {1, 1, 2, 2, 1, 1, 2, 2}));
  expect_equal(upscale(grey(2, 1, {1, 2}), 3), grey(6, 3, {1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2}));
  const Image image{1, 1, {1, 2, 3}};
  expect_equal(upscale(image, 1), image);
  EXPECT_THROW(upscale(image, 0), ShapeError);
}

}  // namespace
}  // namespace vrkn::picture_test
