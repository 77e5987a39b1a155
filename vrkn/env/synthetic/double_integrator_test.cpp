#include "vrkn/env/synthetic/double_integrator.h"

#include <cmath>

#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/env/pixels.h"

namespace vrkn::env::double_integrator_test {
namespace {

TEST(DoubleIntegrator, FollowsTheParabola) {
  DoubleIntegrator environment;
  const double start = environment.reset(4).observation.sensors[0].vector[0];
  const double push = start > 0.0 ? -0.5 : 0.5;  // away from the nearer wall
  for (int t = 1; t <= 15; ++t) {
    const double time_s = 0.1 * t;
    const TimeStep now = environment.step(std::vector{push});
    const double p = start + 0.5 * push * time_s * time_s;
    const double v = push * time_s;
    EXPECT_NEAR(now.observation.sensors[0].vector[0], p, 1e-12);
    EXPECT_NEAR(now.observation.sensors[0].vector[1], v, 1e-12);
    EXPECT_NEAR(now.reward, 1.0 - p * p / 2.0 - v * v / 20.0, 1e-12);
  }
}

// So there is nothing for supersampling to do.
TEST(DoubleIntegrator, ItsPictureIsTheAverageOfALargeOne) {
  DoubleIntegrator environment;
  for (const uint64_t seed : {1, 2, 3}) {
    environment.reset(seed);
    const Image small = environment.render(32, 32).value();
    const Image large = averaged_down(environment.render(128, 128).value(), 4);
    for (size_t i = 0; i < small.pixels.size(); ++i) EXPECT_NEAR(small.pixels[i], large.pixels[i], 1) << i;
  }
}

TEST(DoubleIntegrator, WallsStopThePoint) {
  DoubleIntegrator environment;
  environment.reset(1);
  TimeStep now;
  for (int t = 1; t <= 100; ++t) {
    now = environment.step(std::vector{1.0});
    EXPECT_EQ(now.is_last, t == 100);
  }
  EXPECT_EQ(now.observation.sensors[0].vector, (std::vector{1.0, 0.0}));
  EXPECT_EQ(now.reward, 0.5);
}

TEST(DoubleIntegrator, FeedbackBringsItToRest) {
  for (const uint64_t seed : {1, 2, 3}) {
    DoubleIntegrator environment;
    TimeStep now = environment.reset(seed);
    double total = 0.0;
    while (!now.is_last) {
      const std::vector<double>& state = now.observation.sensors[0].vector;
      now = environment.step(std::vector{-1.0 * state[0] - 1.7 * state[1]});
      total += now.reward;
    }
    EXPECT_NEAR(now.reward, 1.0, 1e-3);
    EXPECT_GT(total, 94.0);
  }
}

TEST(DoubleIntegrator, EpisodesBeginAcrossTheLine) {
  DoubleIntegrator environment({"position"});
  double sum = 0.0;
  double square = 0.0;
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    const double p = environment.reset(seed).observation.sensors[0].vector[0];
    EXPECT_LE(std::abs(p), 0.8);
    sum += p;
    square += p * p;
  }
  EXPECT_NEAR(sum / 1000.0, 0.0, 6.0 * 0.462 / std::sqrt(1000.0));  // std of U(-0.8, 0.8): 0.462
  EXPECT_NEAR(square / 1000.0, 0.64 / 3.0, 6.0 * 0.191 / std::sqrt(1000.0));
}

TEST(DoubleIntegrator, TheSquareIsWhereThePointIs) {
  DoubleIntegrator environment({"image", "state"}, 32);
  TimeStep now = environment.reset(2);
  for (int t = 0; t < 30; ++t) {
    const std::vector<uint8_t>& image = now.observation.sensors[0].image;
    double weight = 0.0;
    double column = 0.0;
    for (size_t i = 0; i < 32 * 32; ++i) {
      const double light = image[i] - 30.0;
      weight += light;
      column += light * (static_cast<double>(i % 32) + 0.5);
    }
    const double p = now.observation.sensors[1].vector[0];
    EXPECT_NEAR(column / weight, 32.0 * (0.5 + 0.4 * p), 0.02) << "step " << t;  // rounding to grey levels
    now = environment.step(std::vector{0.3});
  }
}

}  // namespace
}  // namespace vrkn::env::double_integrator_test
