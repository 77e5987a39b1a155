#include "vrkn/env/wrapper/occluder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <numbers>
#include <set>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "vrkn/core/error.h"

namespace vrkn::env::occluder_test {
namespace {

std::vector<Occluder> draw(const OcclusionConfig& config, uint64_t seed) {
  return draw_occluders(config, ScalarGenerator(seed));
}

// Whether, so many steps after the reset, the point is hidden.
bool is_hidden(const std::vector<Occluder>& occluders, int64_t steps, double x, double y) {
  return std::ranges::any_of(occluders, [&](const Occluder& one) { return one.after(steps).covers(x, y); });
}

double covered_share(const std::vector<Occluder>& occluders, int64_t steps) {
  constexpr int kSize = 32;
  std::vector<Occluder> now;
  for (const Occluder& occluder : occluders) now.push_back(occluder.after(steps));
  int hidden = 0;
  for (int row = 0; row < kSize; ++row) {
    for (int column = 0; column < kSize; ++column) {
      hidden += is_hidden(now, 0, (column + 0.5) / kSize, (row + 0.5) / kSize) ? 1 : 0;
    }
  }
  return static_cast<double>(hidden) / (kSize * kSize);
}

// The mean of a function over sizes that are uniform from `least` to `most`, by the midpoint rule.
double mean_over(double least, double most, const auto& function) {
  constexpr int kPoints = 1000;
  double sum = 0.0;
  for (int i = 0; i < kPoints; ++i) sum += function(least + (most - least) * (i + 0.5) / kPoints);
  return sum / kPoints;
}

// The share of the picture that is covered on average. The centre of one disc of radius r is uniform in a square of
// side 1 + 2 r, so it hides a given point with probability pi r^2 / (1 + 2 r)^2; a wall of width w with w / (1 + w).
double expected_share(const DiscOcclusion& config) {
  const double one = mean_over(config.radius_min, config.radius_max,
                               [](double r) { return std::numbers::pi * r * r / ((1.0 + 2.0 * r) * (1.0 + 2.0 * r)); });
  return 1.0 - std::pow(1.0 - one, config.number);
}

double expected_share(const WallOcclusion& config) {
  const double one = mean_over(config.width_min, config.width_max, [](double w) { return w / (1.0 + w); });
  return 1.0 - std::pow(1.0 - one, config.number);
}

// Mean, and mean of squares, of what a function says of many occluders.
struct Sums {
  double mean = 0.0, square = 0.0;
};
Sums sums(const OcclusionConfig& config, const auto& of) {
  constexpr int kEpisodes = 4000;
  Sums result;
  double count = 0.0;
  for (uint64_t seed = 0; seed < kEpisodes; ++seed) {
    for (const Occluder& occluder : draw(config, seed)) {
      result.mean += of(occluder);
      result.square += of(occluder) * of(occluder);
      count += 1.0;
    }
  }
  return {result.mean / count, result.square / count};
}

// Six standard errors of the mean of a uniform variable of this range over at least 4000 * 2 draws.
double tolerance(double range) {
  return 6.0 * range / std::sqrt(12.0 * 8000.0);
}

TEST(Occluders, DiscsHaveTheConfiguredNumberSizesAndSpeeds) {
  const DiscOcclusion config{.number = 3, .radius_min = 0.1, .radius_max = 0.4, .speed_min = 0.01, .speed_max = 0.05};
  EXPECT_EQ(draw(config, 1).size(), 3u);
  const auto speed = [](const Occluder& disc) { return std::hypot(disc.speed_x, disc.speed_y); };
  for (uint64_t seed = 0; seed < 100; ++seed) {
    for (const Occluder& disc : draw(config, seed)) {
      EXPECT_EQ(disc.shape, Occluder::Shape::kDisc);
      EXPECT_GE(disc.radius, 0.1);
      EXPECT_LT(disc.radius, 0.4);
      EXPECT_GE(speed(disc), 0.01 - 1e-12);
      EXPECT_LT(speed(disc), 0.05 + 1e-12);
      EXPECT_LE(std::abs(disc.x - 0.5), 0.5 + disc.radius);
      EXPECT_LE(std::abs(disc.y - 0.5), 0.5 + disc.radius);
    }
  }
  const Sums radii = sums(config, [](const Occluder& disc) { return disc.radius; });
  EXPECT_NEAR(radii.mean, 0.25, tolerance(0.3));
  EXPECT_NEAR(radii.square, 0.07, tolerance(0.3));  // 0.25^2 + 0.3^2 / 12; a square of it scatters less
  EXPECT_NEAR(sums(config, speed).mean, 0.03, tolerance(0.04));
  // Every direction: the cosine has mean 0 and mean square 1/2.
  const Sums cosine = sums(config, [&](const Occluder& disc) { return disc.speed_x / speed(disc); });
  EXPECT_NEAR(cosine.mean, 0.0, 6.0 * std::sqrt(0.5 / 12000.0));
  EXPECT_NEAR(cosine.square, 0.5, 6.0 * std::sqrt(0.125 / 12000.0));
  EXPECT_NEAR(sums(config, [](const Occluder& disc) { return disc.y / (1.0 + 2.0 * disc.radius); }).mean,
              mean_over(0.1, 0.4, [](double r) { return 0.5 / (1.0 + 2.0 * r); }), tolerance(1.0));
}

TEST(Occluders, WallsDriftSidewaysEitherWay) {
  const WallOcclusion config{.number = 2, .width_min = 0.2, .width_max = 0.4, .speed_min = 0.01, .speed_max = 0.03};
  const Sums widths = sums(config, [](const Occluder& wall) { return 2.0 * wall.radius; });
  EXPECT_NEAR(widths.mean, 0.3, tolerance(0.2));
  const Sums speeds = sums(config, [](const Occluder& wall) { return wall.speed_x; });
  EXPECT_NEAR(speeds.mean, 0.0, 6.0 * 0.03 / std::sqrt(8000.0));
  EXPECT_NEAR(speeds.square, 0.02 * 0.02 + 0.02 * 0.02 / 12.0, 0.03 * 6.0 * 0.02 / std::sqrt(12.0 * 8000.0));
  for (const Occluder& wall : draw(config, 1)) {
    EXPECT_EQ(wall.shape, Occluder::Shape::kWall);
    EXPECT_EQ(wall.speed_y, 0.0);
    for (const double y : {0.0, 0.3, 1.0}) EXPECT_TRUE(wall.covers(wall.x, y));
  }
}

TEST(Occluders, CoverWhatTheirShapeSays) {
  const Occluder disc{.radius = 0.3, .x = 0.4, .y = 0.5};
  EXPECT_TRUE(disc.covers(0.4 + 0.299, 0.5));
  EXPECT_FALSE(disc.covers(0.4 + 0.301, 0.5));
  EXPECT_TRUE(disc.covers(0.4 + 0.21, 0.5 - 0.21));
  EXPECT_FALSE(disc.covers(0.4 + 0.22, 0.5 - 0.22));
  EXPECT_NEAR(covered_share({disc}, 0), std::numbers::pi * 0.09, 0.01);
  const Occluder wall{.shape = Occluder::Shape::kWall, .radius = 0.125, .x = 0.5};
  EXPECT_TRUE(wall.covers(0.624, 0.99));
  EXPECT_FALSE(wall.covers(0.374, 0.01));
  EXPECT_EQ(covered_share({wall}, 0), 0.25);
}

TEST(Occluders, MoveStraightAndComeRoundUnseen) {
  for (const OcclusionConfig& config : {OcclusionConfig(DiscOcclusion{}), OcclusionConfig(WallOcclusion{})}) {
    for (const Occluder& start : draw(config, 5)) {
      int rounds = 0;
      for (int64_t t = 0; t < 1000; ++t) {
        const Occluder now = start.after(t), next = start.after(t + 1), other = now.after(1);
        EXPECT_NEAR(next.x, other.x, 1e-9);
        const double dx = next.x - now.x - now.speed_x, dy = next.y - now.y - now.speed_y;
        if (std::abs(dx) < 1e-9 && std::abs(dy) < 1e-9) continue;
        // The jump is a whole round, from beyond one edge to beyond the other.
        ++rounds;
        for (const auto& [jump, before, after] : {std::tuple(dx, now.x, next.x), std::tuple(dy, now.y, next.y)}) {
          if (std::abs(jump) < 1e-9) continue;
          EXPECT_NEAR(std::abs(jump), 1.0 + 2.0 * start.radius, 1e-9);
          for (const double place : {before, after}) {
            EXPECT_GE(std::abs(place - 0.5), 0.5 + start.radius - std::hypot(start.speed_x, start.speed_y));
          }
        }
      }
      EXPECT_GT(rounds, 0);
    }
  }
}

TEST(Occluders, AreDullAndOfDifferentColours) {
  std::set<std::array<uint8_t, 3>> colours;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    for (const Occluder& disc : draw(DiscOcclusion{}, seed)) {
      colours.insert(disc.colour);
      const auto [least, most] = std::ranges::minmax(disc.colour);
      EXPECT_LE(most - least, 40);
      EXPECT_GE(least, 50);
      EXPECT_LE(most, 170);
    }
  }
  EXPECT_GT(colours.size(), 240u);
}

TEST(Occluders, CoverAThirdOnAverageAtEveryTimeAndPlace) {
  constexpr int kEpisodes = 2000;
  const auto check = [](const auto& config) {
    const double expected = expected_share(config);
    EXPECT_NEAR(expected, 1.0 / 3.0, 0.03);
    for (const int64_t steps : {0, 40, 1000}) {
      std::vector<double> shares;
      double corner = 0.0, middle = 0.0;
      for (uint64_t seed = 0; seed < kEpisodes; ++seed) {
        const std::vector<Occluder> occluders = draw(config, seed);
        shares.push_back(covered_share(occluders, steps));
        corner += is_hidden(occluders, steps, 0.01, 0.99) ? 1.0 / kEpisodes : 0.0;
        middle += is_hidden(occluders, steps, 0.5, 0.5) ? 1.0 / kEpisodes : 0.0;
      }
      double mean = 0.0, square = 0.0;
      for (const double share : shares) {
        mean += share / kEpisodes;
        square += share * share / kEpisodes;
      }
      EXPECT_NEAR(mean, expected, 6.0 * std::sqrt((square - mean * mean) / kEpisodes)) << steps;
      const double binomial = std::sqrt(expected * (1.0 - expected) / kEpisodes);
      EXPECT_NEAR(corner, expected, 6.0 * binomial) << steps;
      EXPECT_NEAR(middle, expected, 6.0 * binomial) << steps;
      std::ranges::sort(shares);
      EXPECT_GT(shares[kEpisodes * 9 / 10], 0.44) << "often far above";
      EXPECT_GT(shares.back(), 0.6);
    }
  };
  check(DiscOcclusion{});
  check(WallOcclusion{});
}

TEST(Occluders, HideAPlaceForLongStretches) {
  for (const OcclusionConfig& config : {OcclusionConfig(DiscOcclusion{}), OcclusionConfig(WallOcclusion{})}) {
    int hidden = 0, stretches = 0;
    for (uint64_t seed = 0; seed < 200; ++seed) {
      const std::vector<Occluder> occluders = draw(config, seed);
      bool before = false;
      for (int64_t t = 0; t < 500; ++t) {
        const bool now = is_hidden(occluders, t, 0.5, 0.5);
        hidden += now ? 1 : 0;
        stretches += now && !before ? 1 : 0;
        before = now;
      }
    }
    EXPECT_GT(hidden, 12 * stretches);
  }
}

TEST(OcclusionConfig, RangesEndAfterTheyBeginAndStayWithinTheImage) {
  EXPECT_NO_THROW(DiscOcclusion{}.validate());
  EXPECT_NO_THROW(WallOcclusion{}.validate());
  EXPECT_NO_THROW((DiscOcclusion{.radius_min = 0.2, .radius_max = 0.2, .speed_min = 0.0, .speed_max = 0.0}.validate()));
  for (const DiscOcclusion& bad : std::initializer_list<DiscOcclusion>{{.number = 0},
                                                                       {.radius_min = 0.0},
                                                                       {.radius_min = 0.4},
                                                                       {.radius_max = 1.0},
                                                                       {.radius_max = std::nan("")},
                                                                       {.speed_min = -0.1},
                                                                       {.speed_min = 0.1},
                                                                       {.speed_max = 1.5}}) {
    EXPECT_THROW(bad.validate(), ConfigError);
  }
  for (const WallOcclusion& bad : std::initializer_list<WallOcclusion>{
           {.number = 0}, {.width_min = 0.0}, {.width_min = 0.4}, {.width_max = 1.0}, {.speed_max = 0.001}}) {
    EXPECT_THROW(bad.validate(), ConfigError);
  }
}

}  // namespace
}  // namespace vrkn::env::occluder_test
