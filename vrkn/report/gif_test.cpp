#include "vrkn/report/gif.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/programs.h"
#include "tests/support/temporary_folder.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"

namespace vrkn::report {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

/// Stripes of 6 colours that move by a pixel from one picture to the next.
std::vector<Image> moving_stripes(int height, int width, int count) {
  std::vector<Image> frames;
  for (int t = 0; t < count; ++t) {
    Image& frame = frames.emplace_back(Image{height, width, {}});
    for (int row = 0; row < height; ++row) {
      for (int column = 0; column < width; ++column) {
        const int stripe = (row + column + t) % 6;
        for (const int factor : {40, 17, 50}) frame.pixels.push_back(static_cast<uint8_t>(factor * stripe));
      }
    }
  }
  return frames;
}

TEST(Gif, AnotherProgramSeesTheSamePictures) {
  if (!installed("ffmpeg") || !installed("ffprobe")) GTEST_SKIP() << "ffmpeg is not installed";
  const TemporaryFolder folder;
  const std::vector<Image> frames = moving_stripes(19, 33, 7);
  write_file_atomically(folder / "a.gif", encode_gif(frames, 10.0));
  const std::string file = "'" + (folder / "a.gif").string() + "'";
  std::string expected;
  for (const Image& frame : frames) expected.append(frame.pixels.begin(), frame.pixels.end());
  EXPECT_EQ(output_of("ffmpeg -v error -i " + file + " -f rawvideo -pix_fmt rgb24 pipe:1"), expected);
  EXPECT_EQ(output_of("ffprobe -v error -count_frames -select_streams v -of csv=p=0 -show_entries "
                      "stream=codec_name,width,height,avg_frame_rate,nb_read_frames " +
                      file),
            "gif,33,19,10/1,7\n");
}

TEST(Gif, TheSamePicturesGiveTheSameBytesAndPlayWithoutEnd) {
  const std::vector<Image> frames = moving_stripes(8, 8, 3);
  const std::string gif = encode_gif(frames, 10.0);
  EXPECT_EQ(gif, encode_gif(frames, 10.0));
  EXPECT_TRUE(gif.starts_with("GIF89a"));
  EXPECT_TRUE(gif.ends_with(';'));
  EXPECT_THAT(gif, HasSubstr(std::string("NETSCAPE2.0\3\1\0\0\0", 16)));
}

TEST(Gif, RefusesWhatIsNoVideo) {
  EXPECT_THAT([] { encode_gif({}, 10.0); }, ThrowsMessage<ShapeError>(HasSubstr("at least one")));
  std::vector<Image> frames = moving_stripes(4, 4, 2);
  EXPECT_THAT([&] { encode_gif(frames, 0.5); }, ThrowsMessage<ConfigError>(HasSubstr("not 0.5")));
  EXPECT_THAT([&] { encode_gif(frames, 51); }, ThrowsMessage<ConfigError>(HasSubstr("1 to 50")));
  frames.push_back(moving_stripes(4, 5, 1)[0]);
  EXPECT_THAT([&] { encode_gif(frames, 10.0); }, ThrowsMessage<ShapeError>(HasSubstr("4 x 4 and 5 x 4")));
  frames.back().pixels.pop_back();
  EXPECT_THROW(encode_gif(frames, 10.0), ShapeError);
}

}  // namespace
}  // namespace vrkn::report
