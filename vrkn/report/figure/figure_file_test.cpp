#include "vrkn/report/figure/figure_file.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/decode_png.h"
#include "tests/support/programs.h"
#include "tests/support/temporary_folder.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/core/image.h"
#include "vrkn/report/figure/svg.h"

namespace vrkn::report::figure_file_test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::ThrowsMessage;

Figure small_figure() {
  return {.panels = {{.marks = {Band{.x = {0.0, 1.0}, .low = {0.0, 0.0}, .high = {1.0, 1.0}, .colour = Colour::kBlue},
                                Points{.x = {0.1, 0.3, 0.5, 0.7, 0.9},
                                       .y = {0.5, 0.5, 0.5, 0.5, 0.5},
                                       .colour = Colour::kVermilion,
                                       .marker = Marker::kSquare}}}},
          .width = 200,
          .height = 120};
}

/// How many pixels have about this colour.
int count(const Image& image, int red, int green, int blue) {
  int found = 0;
  for (size_t i = 0; i < image.pixels.size(); i += 3) {
    const auto near = [&](size_t channel, int value) { return std::abs(image.pixels[i + channel] - value) <= 3; };
    found += near(0, red) && near(1, green) && near(2, blue);
  }
  return found;
}

TEST(WriteSvg, WritesTheSvg) {
  const TemporaryFolder folder;
  write_svg(folder / "new" / "a.svg", small_figure());
  EXPECT_EQ(read_file(folder / "new" / "a.svg"), to_svg(small_figure()));
}

TEST(WritePng, DrawsTheFigure) {
  if (!installed("rsvg-convert")) GTEST_SKIP() << "rsvg-convert is not installed";
  const TemporaryFolder folder;
  for (const double scale : {1.0, 2.5}) {
    write_png(folder / "a.png", small_figure(), scale);
    const Image image = decode_png(read_file(folder / "a.png"));
    EXPECT_EQ(image.width, std::lround(200 * scale));
    EXPECT_EQ(image.height, std::lround(120 * scale));
    const double pixels = 200 * 120 * scale * scale;
    EXPECT_GT(count(image, 255, 255, 255), 0.2 * pixels);  // paper
    EXPECT_GT(count(image, 209, 230, 241), 0.2 * pixels);  // the band: 18 % of #0072b2 on white
    EXPECT_GT(count(image, 213, 94, 0), 0.002 * pixels);   // the points
    EXPECT_EQ(image.pixels[0], 255);
  }
}

TEST(WritePng, RefusesOtherScales) {
  const TemporaryFolder folder;
  for (const double scale : {0.0, -1.0, 11.0, static_cast<double>(NAN)}) {
    EXPECT_THAT([&] { write_png(folder / "a.png", small_figure(), scale); },
                ThrowsMessage<ConfigError>(HasSubstr("0.1 to 10 pixels")));
  }
}

TEST(WritePng, SaysThatTheProgramIsMissing) {
  const TemporaryFolder folder, programs;
  const SearchPath path(programs.path(), true);
  EXPECT_THAT(
      [&] { write_png(folder / "a.png", small_figure()); },
      ThrowsMessage<DataError>(AllOf(HasSubstr((folder / "a.png").string()),
                                     HasSubstr("rsvg-convert is not installed (Debian package librsvg2-bin)"))));
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(WritePng, KeepsTheOldFileWhenTheProgramFails) {
  const TemporaryFolder folder, programs;
  const SearchPath path(programs.path(), false);
  write_file_atomically(folder / "a.png", "old");
  make_program(programs / "rsvg-convert", "echo half; echo 'bad figure' >&2; exit 1");
  EXPECT_THAT([&] { write_png(folder / "a.png", small_figure()); },
              ThrowsMessage<DataError>(EndsWith("rsvg-convert said 'bad figure'")));
  make_program(programs / "rsvg-convert", "echo 'no picture'");
  EXPECT_THAT([&] { write_png(folder / "a.png", small_figure()); }, ThrowsMessage<DataError>(HasSubstr("a word")));
  EXPECT_EQ(read_file(folder / "a.png"), "old");
}

}  // namespace
}  // namespace vrkn::report::figure_file_test
