#include "vrkn/presentation/run_film.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/programs.h"
#include "tests/support/temporary_folder.h"
#include "vrkn/env/make_environment.h"

namespace vrkn::presentation::run_film_test {
namespace {

using testing::StartsWith;

TEST(RunFilm, SaysWhereItIs) {
  if (!installed("ffmpeg")) GTEST_SKIP() << "ffmpeg is not installed";
  const TemporaryFolder folder;
  const auto world = env::make_environment({.task = "double_integrator"});
  world->reset(1);
  RunFilm film(folder / "film.mp4");
  EXPECT_EQ(film.outcome(), "");
  film.add(*world);
  film.close();
  EXPECT_EQ(film.outcome(), (folder / "film.mp4").string());
  EXPECT_TRUE(std::filesystem::exists(folder / "film.mp4"));
}

TEST(RunFilm, WithoutFfmpegTheRunGoesOn) {
  const TemporaryFolder folder;
  const SearchPath nothing(folder.path(), /*only=*/true);
  const auto world = env::make_environment({.task = "double_integrator"});
  world->reset(1);
  RunFilm film(folder / "film.mp4");
  film.add(*world);
  const std::string why = film.outcome();
  EXPECT_THAT(why, StartsWith("none, "));
  film.add(*world);
  film.close();
  EXPECT_EQ(film.outcome(), why);
}

}  // namespace
}  // namespace vrkn::presentation::run_film_test
