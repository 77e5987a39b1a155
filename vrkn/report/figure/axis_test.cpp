#include "vrkn/report/figure/axis.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrkn::report::axis_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> labels(const PlacedAxis& axis) {
  std::vector<std::string> all;
  for (const Tick& tick : axis.ticks) {
    for (const std::string& line : tick.lines) all.push_back(line);
  }
  return all;
}

TEST(PlacedAxis, MapsItsEndsExactly) {
  for (const Scale scale : {Scale::kLinear, Scale::kLog10}) {
    for (const Limits limits : {Limits{0.1, 0.7}, Limits{3e-7, 1e5}, Limits{1.0, 1.0 + 1e-8}}) {
      const PlacedAxis axis = {.limits = limits, .scale = scale, .begin = 317.0, .end = 43.0};
      EXPECT_EQ(axis.pixel(limits.low), 317.0);
      EXPECT_EQ(axis.pixel(limits.high), 43.0);
    }
  }
}

TEST(PlacedAxis, IsLinearInTheValueOrItsLogarithm) {
  const PlacedAxis linear = {.limits = {-10.0, 30.0}, .begin = 100.0, .end = 500.0};
  EXPECT_DOUBLE_EQ(linear.pixel(0.0), 200.0);
  EXPECT_DOUBLE_EQ(linear.pixel(40.0), 600.0);
  EXPECT_TRUE(std::isnan(linear.pixel(NAN)));
  EXPECT_EQ(linear.pixel(1e90), 1e6);
  const PlacedAxis log = {.limits = {0.01, 100.0}, .scale = Scale::kLog10, .begin = 400.0, .end = 0.0};
  EXPECT_DOUBLE_EQ(log.pixel(1.0), 200.0);
  EXPECT_DOUBLE_EQ(log.pixel(0.1), 300.0);
}

TEST(PlaceX, TakesTheLimitsOfTheDataOrThoseGiven) {
  Panel panel = {.marks = {Line{.x = {0.0, NAN, 95.0, 700.0}, .y = {1.0, 2.0, 3.0, NAN}}}};
  EXPECT_EQ(place_x(panel, 0.0, 300.0).limits.high, 100.0);  // 700 has no y
  EXPECT_EQ(place_y(panel, 200.0, 0.0).limits.low, 1.0);
  panel.marks.push_back(ReferenceLine{.value = -7.0});
  EXPECT_EQ(place_y(panel, 200.0, 0.0).limits.low, -7.0);
  panel.x.limits = Limits{-1.0, 33.0};
  EXPECT_EQ(place_x(panel, 0.0, 300.0).limits.low, -1.0);
  EXPECT_EQ(place_x(panel, 0.0, 300.0).limits.high, 33.0);
}

TEST(PlaceX, HasFewerTicksWhereLabelsWouldTouch) {
  const Panel panel = {.x = {.limits = Limits{0.0, 1e6}}};
  EXPECT_THAT(labels(place_x(panel, 0.0, 300.0)), ElementsAre("0", "200k", "400k", "600k", "800k", "1M"));
  EXPECT_THAT(labels(place_x(panel, 0.0, 110.0)), ElementsAre("0", "500k", "1M"));
  EXPECT_THAT(labels(place_x(panel, 0.0, 60.0)), ElementsAre("0", "1M"));
}

TEST(PlaceX, BreaksThenTurnsCategoriesThatTouch) {
  const Panel panel = {.x = {.categories = {"VRKN filter", "RSSM smoother"}}};
  EXPECT_THAT(labels(place_x(panel, 0.0, 300.0)), ElementsAre("VRKN filter", "RSSM smoother"));
  EXPECT_THAT(labels(place_x(panel, 0.0, 130.0)), ElementsAre("VRKN", "filter", "RSSM", "smoother"));
  EXPECT_FALSE(place_x(panel, 0.0, 130.0).turned);
  const PlacedAxis narrow = place_x(panel, 0.0, 60.0);
  EXPECT_TRUE(narrow.turned);
  EXPECT_THAT(labels(narrow), ElementsAre("VRKN filter", "RSSM smoother"));
  EXPECT_THAT(labels(place_x(panel, 0.0, 30.0)), ElementsAre("VRKN filter"));
  EXPECT_DOUBLE_EQ(narrow.pixel(1.0), 45.0);  // the middle of the second half
}

TEST(PlaceX, HasNoTicksWithoutData) {
  EXPECT_THAT(labels(place_x({}, 0.0, 300.0)), IsEmpty());
  EXPECT_THAT(labels(place_x({.marks = {Line{.x = {1.0}, .y = {NAN}}}}, 0.0, 300.0)), IsEmpty());
}

}  // namespace
}  // namespace vrkn::report::axis_test
