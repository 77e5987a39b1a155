#include "vrkn/report/palette.h"

#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "vrkn/core/random.h"

namespace vrkn::report {
namespace {

Image noise(int height, int width, uint64_t seed) {
  ScalarGenerator random(seed);
  Image image{height, width, {}};
  for (int i = 0; i < 3 * height * width; ++i) image.pixels.push_back(static_cast<uint8_t>(random.integer(0, 255)));
  return image;
}

/// The mean squared error per channel of a picture drawn with the palette.
double error_of(const Image& image, const std::vector<Rgb>& palette) {
  const std::vector<uint8_t> numbers = nearest_colours(image, palette);
  double sum = 0.0;
  for (size_t i = 0; i < image.pixels.size(); ++i) {
    const double difference = image.pixels[i] - palette[numbers[i / 3]][i % 3];
    sum += difference * difference;
  }
  return sum / static_cast<double>(image.pixels.size());
}

TEST(Palette, FewColoursAreKeptExactly) {
  Image image{16, 16, {}};
  for (int i = 0; i < 256; ++i) {
    for (const int channel : {i, 255 - i, (7 * i) % 256}) image.pixels.push_back(static_cast<uint8_t>(channel));
  }
  const std::vector<Rgb> palette = choose_palette(std::span(&image, 1));
  EXPECT_EQ(palette.size(), 256u);
  EXPECT_EQ(error_of(image, palette), 0.0);
  EXPECT_EQ(choose_palette(std::vector<Image>{{1, 2, {9, 8, 7, 9, 8, 7}}}), (std::vector<Rgb>{{9, 8, 7}}));
}

TEST(Palette, TheNearestColourIsChosen) {
  const Image image = noise(10, 10, 1);
  const std::vector<Rgb> palette = choose_palette(std::vector<Image>{noise(10, 10, 2)}, 30);
  ASSERT_EQ(palette.size(), 30u);
  const auto distance = [&](size_t pixel, const Rgb& colour) {
    int sum = 0;
    for (size_t c = 0; c < 3; ++c) {
      sum += (image.pixels[3 * pixel + c] - colour[c]) * (image.pixels[3 * pixel + c] - colour[c]);
    }
    return sum;
  };
  const std::vector<uint8_t> numbers = nearest_colours(image, palette);
  for (size_t pixel = 0; pixel < 100; ++pixel) {
    for (const Rgb& colour : palette) EXPECT_LE(distance(pixel, palette[numbers[pixel]]), distance(pixel, colour));
  }
}

TEST(Palette, MoreColoursAreCloser) {
  // Uniform colours: a box of 1/n of the cube, as a cube, has a variance per channel of (255 n^(-1/3))^2 / 12.
  const Image image = noise(64, 64, 3);
  double previous = 1e9;
  for (const size_t most : {1u, 8u, 64u, 256u}) {
    const double error = error_of(image, choose_palette(std::span(&image, 1), most));
    const double cubes = std::pow(255.0 / std::cbrt(static_cast<double>(most)), 2) / 12;
    EXPECT_LT(error, 1.1 * cubes) << most;
    EXPECT_LT(error, previous);
    previous = error;
  }
}

TEST(Palette, AllPicturesCount) {
  const std::vector<Image> images{{1, 1, {250, 0, 0}}, {1, 1, {0, 0, 250}}};
  const std::vector<Rgb> palette = choose_palette(images);
  EXPECT_EQ(std::set<Rgb>(palette.begin(), palette.end()), (std::set<Rgb>{{250, 0, 0}, {0, 0, 250}}));
}

}  // namespace
}  // namespace vrkn::report
