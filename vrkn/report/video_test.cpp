#include "vrkn/report/video.h"

#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/programs.h"
#include "tests/support/temporary_folder.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"

namespace vrkn::report::video_test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// A picture of one colour.
Image plain(int width, int height, uint8_t red, uint8_t green, uint8_t blue) {
  Image image{height, width, {}};
  for (int i = 0; i < width * height; ++i) image.pixels.insert(image.pixels.end(), {red, green, blue});
  return image;
}

TEST(VideoWriter, WritesVideosThatPlay) {
  if (!installed("ffmpeg") || !installed("ffprobe")) GTEST_SKIP() << "ffmpeg is not installed";
  const TemporaryFolder folder;
  struct Case {
    const char* name;
    int width, height;
    const char* expected;
  };
  for (const Case& c :
       {Case{"a.mp4", 64, 48, "h264,64,48,yuv420p,25/2,6"}, Case{"odd.mp4", 33, 17, "h264,34,18,yuv420p,25/2,6"},
        Case{"a.webm", 33, 16, "vp9,34,16,yuv420p,25/2,6"}, Case{"a.gif", 33, 17, "gif,33,17,bgra,25/2,6"}}) {
    const fs::path path = folder / "new" / c.name;
    VideoWriter video(path, c.width, c.height, 12.5);
    for (int i = 0; i < 6; ++i) video.write(plain(c.width, c.height, 255, static_cast<uint8_t>(40 * i), 0));
    EXPECT_FALSE(fs::exists(path));  // not before it is whole
    video.close();
    EXPECT_EQ(output_of("ffprobe -v error -count_frames -select_streams v -of csv=p=0 -show_entries "
                        "stream=codec_name,width,height,pix_fmt,r_frame_rate,nb_read_frames '" +
                        path.string() + "'"),
              std::string(c.expected) + "\n");
    fs::remove(path);
    EXPECT_TRUE(fs::is_empty(folder / "new"));
  }
}

TEST(VideoWriter, KeepsColoursAndTheOrderOfPictures) {
  if (!installed("ffmpeg")) GTEST_SKIP() << "ffmpeg is not installed";
  const TemporaryFolder folder;
  const std::vector<Image> frames = {plain(16, 16, 220, 30, 30), plain(16, 16, 30, 220, 30),
                                     plain(16, 16, 30, 30, 220)};
  VideoWriter video(folder / "a.mp4", 16, 16, 10);
  for (const Image& frame : frames) video.write(frame);
  video.close();
  const std::string raw =
      output_of("ffmpeg -v error -i '" + (folder / "a.mp4").string() + "' -f rawvideo -pix_fmt rgb24 pipe:1");
  ASSERT_EQ(raw.size(), 3u * 16u * 16u * 3u);
  for (size_t i = 0; i < raw.size(); ++i) {
    const int expected = frames[i / 768].pixels[i % 768];
    ASSERT_NEAR(static_cast<unsigned char>(raw[i]), expected, 12) << i;  // lossy: a few grey levels
  }
}

TEST(VideoWriter, WithoutCloseNoFileIsLeft) {
  if (!installed("ffmpeg")) GTEST_SKIP() << "ffmpeg is not installed";
  const TemporaryFolder folder;
  {
    VideoWriter video(folder / "a.mp4", 16, 16, 10);
    video.write(plain(16, 16, 1, 2, 3));
  }
  EXPECT_TRUE(fs::is_empty(folder.path()));
  VideoWriter nothing(folder / "a.mp4", 16, 16, 10);
  EXPECT_THAT([&] { nothing.close(); }, ThrowsMessage<DataError>(HasSubstr("no pictures")));
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(VideoWriter, RefusesWhatIsNoVideo) {
  const TemporaryFolder folder;
  const auto make = [&](const char* name, int width, int height, double fps) {
    return [=, &folder] { VideoWriter(folder / name, width, height, fps); };
  };
  EXPECT_THAT(make("a.avi", 16, 16, 10), ThrowsMessage<ConfigError>(HasSubstr(".mp4, .webm or .gif")));
  EXPECT_THAT(make("a.mp4", 0, 16, 10), ThrowsMessage<ConfigError>(HasSubstr("0 x 16")));
  EXPECT_THAT(make("a.mp4", 16, -1, 10), ThrowsMessage<ConfigError>(HasSubstr("16 x -1")));
  EXPECT_THAT(make("a.mp4", 16, 16, 0), ThrowsMessage<ConfigError>(HasSubstr("pictures per second")));
  EXPECT_THAT(make("a.mp4", 16, 16, NAN), ThrowsMessage<ConfigError>(HasSubstr("pictures per second")));
}

TEST(VideoWriter, RefusesPicturesOfAnotherSize) {
  const TemporaryFolder folder;
  const TemporaryFolder programs;
  make_program(programs / "ffmpeg", "exec cat");
  const SearchPath path(programs.path(), false);
  VideoWriter video(folder / "a.mp4", 16, 8, 10);
  EXPECT_THAT([&] { video.write(plain(8, 16, 1, 2, 3)); },
              ThrowsMessage<ShapeError>(HasSubstr("16 x 8 pixels, not 8 x 16")));
}

TEST(VideoWriter, SaysThatFfmpegIsMissing) {
  const TemporaryFolder folder;
  const TemporaryFolder programs;
  const SearchPath path(programs.path(), true);
  EXPECT_THAT(
      [&] { VideoWriter(folder / "a.mp4", 16, 16, 10); },
      ThrowsMessage<DataError>(AllOf(HasSubstr((folder / "a.mp4").string()), HasSubstr("ffmpeg is not installed"))));
}

TEST(VideoWriter, RepeatsTheLastWordsOfAnFfmpegThatFails) {
  const TemporaryFolder folder;
  const TemporaryFolder programs;
  make_program(programs / "ffmpeg", "cat > /dev/null; echo first >&2; echo 'Unknown encoder' >&2; exit 1");
  const SearchPath path(programs.path(), false);
  VideoWriter video(folder / "a.mp4", 16, 16, 10);
  video.write(plain(16, 16, 1, 2, 3));
  EXPECT_THAT([&] { video.close(); },
              ThrowsMessage<DataError>(AllOf(HasSubstr("a.mp4"), EndsWith("ffmpeg said 'Unknown encoder'"))));
  EXPECT_TRUE(fs::is_empty(folder.path()));
  EXPECT_THROW(video.write(plain(16, 16, 1, 2, 3)), DataError);
  EXPECT_THROW(video.close(), DataError);
}

TEST(VideoWriter, OutlivesAnFfmpegThatDiesEarly) {
  const TemporaryFolder folder;
  const TemporaryFolder programs;
  make_program(programs / "ffmpeg", "echo 'no such luck' >&2; exit 3");
  const SearchPath path(programs.path(), false);
  VideoWriter video(folder / "a.mp4", 256, 256, 10);
  const Image frame = plain(256, 256, 1, 2, 3);
  const auto write_many = [&] {
    for (int i = 0; i < 100; ++i) video.write(frame);  // 20 MB: more than any buffer between the two
  };
  EXPECT_THAT(write_many, ThrowsMessage<DataError>(HasSubstr("'no such luck'")));
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(VideoWriter, KeepsTheOldFileWhenTheNewOneFails) {
  const TemporaryFolder folder;
  const TemporaryFolder programs;
  make_program(programs / "ffmpeg", "cat > /dev/null; for last; do true; done; echo half > \"$last\"; exit 1");
  const SearchPath path(programs.path(), false);
  write_file_atomically(folder / "a.mp4", "old");
  VideoWriter video(folder / "a.mp4", 16, 16, 10);
  video.write(plain(16, 16, 1, 2, 3));
  EXPECT_THAT([&] { video.close(); }, ThrowsMessage<DataError>(HasSubstr("without a word")));
  EXPECT_EQ(read_file(folder / "a.mp4"), "old");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
}

}  // namespace
}  // namespace vrkn::report::video_test
