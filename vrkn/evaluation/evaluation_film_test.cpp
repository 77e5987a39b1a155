#include "vrkn/evaluation/evaluation_film.h"

#include <gtest/gtest.h>

#include "tests/support/dark_environment.h"
#include "vrkn/env/make_environment.h"

namespace vrkn::evaluation::evaluation_film_test {
namespace {

int64_t pictures_of(int64_t step_limit, int64_t steps) {
  const auto world = env::make_environment({.task = "double_integrator"});
  EvaluationFilm film(step_limit);
  world->reset(1);
  for (int64_t i = 0; i <= steps; ++i) film.add(*world);
  for (const Image& frame : film.record(0).frames) {
    EXPECT_EQ(frame.height, 120);
    EXPECT_EQ(frame.width, 160);
  }
  return static_cast<int64_t>(film.record(0).frames.size());
}

TEST(EvaluationFilm, HasAboutFiftyPicturesHoweverLongTheEpisode) {
  EXPECT_EQ(pictures_of(20, 20), 21);  // the reset is one
  EXPECT_EQ(pictures_of(50, 50), 51);
  EXPECT_EQ(pictures_of(1000, 1000), 51);
  EXPECT_EQ(pictures_of(1000, 99), 5);  // it ended early
}

TEST(EvaluationFilm, IsEmptyOfAWorldWithoutPictures) {
  DarkEnvironment dark;
  EvaluationFilm film(10);
  film.add(dark);
  EXPECT_TRUE(film.record(7).frames.empty());
  EXPECT_EQ(film.record(7).env_step, 7);
}

}  // namespace
}  // namespace vrkn::evaluation::evaluation_film_test
