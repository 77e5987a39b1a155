#include "vrkn/presentation/film.h"

#include <cstdlib>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "tests/support/dark_environment.h"
#include "tests/support/programs.h"
#include "tests/support/temporary_folder.h"
#include "vrkn/env/make_environment.h"

namespace vrkn::presentation::film_test {
namespace {

/// "width,height,pictures per second,pictures"
std::string properties_of(const std::filesystem::path& video) {
  return output_of(
      "ffprobe -v error -count_frames -select_streams v -of csv=p=0 -show_entries "
      "stream=width,height,r_frame_rate,nb_read_frames '" +
      video.string() + "'");
}

TEST(Film, ShowsTheWorldInItsOwnTime) {
  if (!installed("ffmpeg") || !installed("ffprobe")) GTEST_SKIP() << "ffmpeg is not installed";
  const TemporaryFolder folder;
  for (const auto& [repeat, rate] : {std::pair{5, "20/1"}, std::pair{1, "50/1"}, std::pair{20, "10/1"}}) {
    const auto world = env::make_environment({.task = "double_integrator", .action_repeat = repeat});
    Film film(folder / "film.mp4");
    world->reset(1);
    for (int i = 0; i < 3; ++i) film.add(*world);
    EXPECT_TRUE(film.close());
    EXPECT_EQ(properties_of(film.path()), std::string("320,240,") + rate + ",3\n");
  }
}

TEST(Film, ShowsWhatTheAgentSeesBesideTheWorldAndGreyWhereItSeesNothing) {
  if (!installed("ffmpeg") || !installed("ffprobe")) GTEST_SKIP() << "ffmpeg is not installed";
  const TemporaryFolder folder;
  const auto world =
      env::make_environment({.task = "double_integrator", .sensors = {"state", "image"}, .image_size = 16});
  env::Observation observation = world->reset(1).observation;
  Film film(folder / "film.mp4");
  film.add(*world, observation);
  observation.sensors[1].valid = false;
  film.add(*world, observation);
  EXPECT_TRUE(film.close());
  // 16 pixels become squares of 15, 240 in all; between the two pictures are 2 pixels.
  EXPECT_EQ(properties_of(film.path()).substr(0, 8), "562,240,");
  const std::string pixels = output_of("ffmpeg -v error -i '" + film.path().string() + "' -f rawvideo -pix_fmt gray -");
  ASSERT_EQ(pixels.size(), 2u * 562 * 240);
  const auto grey_pixels = [&](size_t frame) {
    int count = 0;
    for (size_t y = 0; y < 240; ++y) {
      for (size_t x = 0; x < 240; ++x) {
        const int value = static_cast<uint8_t>(pixels[(frame * 240 + y) * 562 + x]);
        if (std::abs(value - 128) <= 4) ++count;
      }
    }
    return count;
  };
  EXPECT_LT(grey_pixels(0), 240 * 240 / 2);
  EXPECT_GT(grey_pixels(1), 240 * 230);
}

TEST(Film, ThereIsNoneOfAWorldWithoutPictures) {
  DarkEnvironment dark;
  const TemporaryFolder folder;
  Film film(folder / "film.mp4");
  film.add(dark);
  EXPECT_FALSE(film.close());
  EXPECT_FALSE(std::filesystem::exists(film.path()));
}

}  // namespace
}  // namespace vrkn::presentation::film_test
