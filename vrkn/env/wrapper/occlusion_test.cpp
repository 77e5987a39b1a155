#include "vrkn/env/wrapper/occlusion.h"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/env/synthetic/counter_environment.h"
#include "vrkn/env/wrapper/sensor_delay.h"
#include "vrkn/env/wrapper/sensor_dropout.h"
#include "vrkn/env/wrapper/sensor_noise.h"
#include "vrkn/env/wrapper/sensor_schedule.h"

namespace vrkn::env::occlusion_test {
namespace {

constexpr size_t kSize = 24, kArea = kSize * kSize;

std::unique_ptr<Environment> counter() {
  return std::make_unique<CounterEnvironment>(CounterOptions{.length = 1000, .image_size = kSize});
}

template <class Condition, class... Options>
std::unique_ptr<Environment> around(std::unique_ptr<Environment> inner, const Options&... options) {
  return std::make_unique<Condition>(std::move(inner), "image", options...);
}

std::unique_ptr<Environment> occluded(const OcclusionConfig& config = DiscOcclusion{}) {
  return around<Occlusion>(counter(), config);
}

// The readings of the sensor "image" from the reset on.
std::vector<Reading> play(Environment& environment, uint64_t seed, int steps = 60) {
  std::vector<Reading> readings = {environment.reset(seed).observation.sensors[1]};
  for (int t = 1; t <= steps; ++t) {
    readings.push_back(environment.step(std::vector{0.0, 0.0}).observation.sensors[1]);
  }
  return readings;
}

void expect_equal(const std::vector<Reading>& a, const std::vector<Reading>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t t = 0; t < a.size(); ++t) {
    EXPECT_EQ(a[t].image, b[t].image) << t;
    EXPECT_EQ(a[t].visible, b[t].visible) << t;
    EXPECT_EQ(a[t].valid, b[t].valid) << t;
  }
}

TEST(Occlusion, MasksTheImageAndNothingElse) {
  const std::vector<SensorSpec> before = counter()->spec().sensors, after = occluded()->spec().sensors;
  EXPECT_EQ(after[0], before[0]);
  EXPECT_TRUE(after[1].masked);
  EXPECT_FALSE(before[1].masked);
  EXPECT_EQ(after[1].shape, before[1].shape);
  const auto environment = occluded();
  environment->reset(1);
  for (int t = 1; t < 10; ++t) {
    const TimeStep now = environment->step(std::vector{0.0, 0.0});
    EXPECT_EQ(now.observation.sensors[0].vector[0], t);
    EXPECT_TRUE(now.observation.sensors[0].visible.empty());
    EXPECT_EQ(now.reward, t);
  }
}

TEST(Occlusion, TheMaskSaysOfEveryPixelWhatItShows) {
  for (const OcclusionConfig& config : {OcclusionConfig(DiscOcclusion{}), OcclusionConfig(WallOcclusion{})}) {
    constexpr uint64_t kSeed = 11;
    const std::vector<Reading> clean = play(*counter(), kSeed, 30), seen = play(*occluded(config), kSeed, 30);
    const std::vector<Occluder> start = draw_occluders(config, ScalarGenerator(derive_seed(kSeed, "occlusion", 1)));
    size_t hidden = 0;
    for (size_t t = 0; t < seen.size(); ++t) {
      ASSERT_EQ(seen[t].visible.size(), kArea);
      for (size_t pixel = 0; pixel < kArea; ++pixel) {
        const auto colour_in = [&](const Reading& reading) {
          return std::array{reading.image[pixel], reading.image[kArea + pixel], reading.image[2 * kArea + pixel]};
        };
        const double x = (static_cast<double>(pixel % kSize) + 0.5) / kSize;
        const double y = (static_cast<double>(pixel / kSize) + 0.5) / kSize;
        const auto nearest = std::find_if(start.rbegin(), start.rend(), [&](const Occluder& occluder) {
          return occluder.after(static_cast<int64_t>(t)).covers(x, y);
        });
        EXPECT_EQ(seen[t].visible[pixel], nearest == start.rend() ? 1 : 0);
        EXPECT_EQ(colour_in(seen[t]), nearest == start.rend() ? colour_in(clean[t]) : nearest->colour);
        hidden += seen[t].visible[pixel] == 0 ? 1 : 0;
      }
    }
    EXPECT_GT(hidden, 0u);
    EXPECT_LT(hidden, kArea * seen.size());
  }
}

TEST(Occlusion, MovesSlowlyAndByLessThanAPixel) {
  // A wall of fixed width and speed: its area is that of its motion, and it moves a pixel every fourth step.
  const double speed = 0.25 / kSize;
  const auto environment =
      occluded(WallOcclusion{.number = 1, .width_min = 0.5, .width_max = 0.5, .speed_min = speed, .speed_max = speed});
  const std::vector<Reading> readings = play(*environment, 2, 200);
  int moved = 0;
  for (size_t t = 1; t < readings.size(); ++t) {
    int changed = 0;
    for (size_t column = 0; column < kSize; ++column) {
      changed += readings[t].visible[column] != readings[t - 1].visible[column] ? 1 : 0;
    }
    EXPECT_LE(changed, 2) << "at most one column per edge";
    moved += changed;
  }
  // Two edges at a quarter of a column per step, each outside the image for a third of the time.
  EXPECT_GT(moved, 40);
  EXPECT_LE(moved, 102);
}

TEST(Occlusion, LeavesThePictureForPeopleClear) {
  const auto clear = counter(), environment = occluded(DiscOcclusion{.number = 50});
  clear->reset(1);
  environment->reset(1);
  EXPECT_EQ(environment->render(30, 40)->pixels, clear->render(30, 40)->pixels);
}

TEST(Occlusion, FollowsTheEpisodesSeed) {
  const auto environment = occluded();
  const std::vector<Reading> first = play(*environment, 1);
  const std::vector<Reading> other = play(*environment, 2);
  EXPECT_NE(first[0].visible, other[0].visible);
  expect_equal(play(*environment, 1), first);
}

TEST(Occlusion, ShowsNothingOfASilentSensorInEitherOrder) {
  const auto inside = around<SensorSchedule>(occluded(), 2, 3);
  const auto outside = around<Occlusion>(around<SensorSchedule>(counter(), 2, 3), OcclusionConfig(DiscOcclusion{}));
  const std::vector<Reading> a = play(*inside, 4), b = play(*outside, 4);
  expect_equal(a, b);
  for (const Reading& reading : a) {
    if (reading.valid) continue;
    EXPECT_EQ(reading.visible, std::vector<uint8_t>(kArea, 0));
    EXPECT_EQ(reading.image, std::vector<uint8_t>(3 * kArea, 0));
  }
}

TEST(Occlusion, NoiseComesOverTheOccludersOrIsHiddenByThem) {
  const std::vector<Reading> masks = play(*occluded(), 3);
  const std::vector<Reading> over = play(*around<SensorNoise>(occluded(), 0.1), 3);
  const std::vector<Reading> under =
      play(*around<Occlusion>(around<SensorNoise>(counter(), 0.1), OcclusionConfig(DiscOcclusion{})), 3);
  for (size_t t = 0; t < masks.size(); ++t) {
    EXPECT_EQ(over[t].visible, masks[t].visible);
    EXPECT_EQ(under[t].visible, masks[t].visible);
    for (size_t pixel = 0; pixel < kArea; ++pixel) {
      if (masks[t].visible[pixel] == 1) {
        EXPECT_EQ(over[t].image[pixel], under[t].image[pixel]);
      } else {
        EXPECT_EQ(under[t].image[pixel], masks[t].image[pixel]);
      }
    }
    EXPECT_NE(over[t].image, under[t].image);
  }
}

TEST(Occlusion, TwoHideWhatEitherHides) {
  const std::vector<Reading> discs = play(*occluded(), 6), walls = play(*occluded(WallOcclusion{}), 6);
  const std::vector<Reading> both = play(*around<Occlusion>(occluded(), OcclusionConfig(WallOcclusion{})), 6);
  for (size_t t = 0; t < both.size(); ++t) {
    for (size_t pixel = 0; pixel < kArea; ++pixel) {
      EXPECT_EQ(both[t].visible[pixel], discs[t].visible[pixel] & walls[t].visible[pixel]);
    }
  }
}

TEST(Occlusion, AllConditionsTogetherDrawAsEachAlone) {
  const std::vector<Reading> alone = play(*occluded(), 8);
  const std::vector<Reading> some = play(*around<SensorSchedule>(counter(), 2, 3), 8);
  const std::vector<Reading> lost = play(*around<SensorDropout>(counter(), 0.3), 8);
  auto all = around<SensorDropout>(around<SensorSchedule>(around<SensorNoise>(occluded(), 0.1), 2, 3), 0.3);
  const std::vector<Reading> together = play(*all, 8);
  const std::vector<Reading> late = play(*around<SensorDelay>(std::move(all), 2), 8);
  int heard = 0;
  for (size_t t = 0; t < together.size(); ++t) {
    EXPECT_EQ(together[t].valid, some[t].valid && lost[t].valid) << t;
    if (together[t].valid) {
      EXPECT_EQ(together[t].visible, alone[t].visible) << t;
      ++heard;
    }
    EXPECT_EQ(late[t].image, t < 2 ? std::vector<uint8_t>(3 * kArea, 0) : together[t - 2].image);
  }
  EXPECT_GT(heard, 5);
}

// Gives images of the wrong size.
class Careless final : public Environment {
 public:
  const EnvironmentSpec& spec() const override { return spec_; }
  TimeStep reset(uint64_t) override {
    TimeStep step;
    step.observation.sensors.resize(1);
    step.observation.sensors[0].image.resize(47);
    return step;
  }
  TimeStep step(std::span<const double>) override { return reset(0); }

 private:
  EnvironmentSpec spec_{.name = "careless", .sensors = {{"image", SensorKind::kImage, {3, 4, 4}}}};
};

TEST(Occlusion, RefusesWhatIsNoImage) {
  EXPECT_THROW(Occlusion(counter(), "state", DiscOcclusion{}), ConfigError);
  EXPECT_THROW(Occlusion(counter(), "touch", DiscOcclusion{}), ConfigError);
  EXPECT_THROW(Occlusion(counter(), "image", DiscOcclusion{.number = 0}), ConfigError);
  EXPECT_THROW(Occlusion(std::make_unique<Careless>(), "image", DiscOcclusion{}).reset(1), ShapeError);
}

}  // namespace
}  // namespace vrkn::env::occlusion_test
