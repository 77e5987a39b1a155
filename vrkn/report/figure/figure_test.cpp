#include "vrkn/report/figure/figure.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"

namespace vrkn::report::figure_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

auto check(Panel panel) {
  return [panel = std::move(panel)] { check_figure({.panels = {panel}}); };
}

TEST(CheckFigure, AcceptsMissingValues) {
  EXPECT_NO_THROW(check({.marks = {Line{.x = {0.0, NAN}, .y = {NAN, 1.0}}, ReferenceLine{.value = NAN}}})());
  EXPECT_NO_THROW(check({})());
}

TEST(CheckFigure, RefusesCoordinatesThatDifferInNumber) {
  EXPECT_THAT(check({.title = "Walker", .marks = {Line{.x = {0.0, 1.0}, .y = {0.0}}}}),
              ThrowsMessage<ShapeError>("the figure's panel 'Walker' has 1 values for 'y' and 2 for 'x', which must be "
                                        "as many"));
  EXPECT_THAT(check({.marks = {Band{.x = {0.0}, .low = {0.0}, .high = {}}}}),
              ThrowsMessage<ShapeError>(AllOf(HasSubstr("panel 1"), HasSubstr("0 values for 'high'"))));
  EXPECT_THROW(check({.marks = {Points{.x = {0.0}, .y = {1.0}, .high = {0.5}}}})(), ShapeError);
}

TEST(CheckFigure, RefusesValuesThatCannotBeDrawn) {
  EXPECT_THAT(check({.marks = {Line{.x = {0.0}, .y = {HUGE_VAL}}}}),
              ThrowsMessage<ConfigError>(HasSubstr("has the y value inf, but only values from -1e100 to 1e100")));
  EXPECT_THROW(check({.marks = {Strip{.values = {-HUGE_VAL}}}})(), ConfigError);
  EXPECT_THROW(check({.marks = {Points{.x = {0.0}, .y = {1.0}, .low = {-HUGE_VAL}, .high = {1.0}}}})(), ConfigError);
  EXPECT_THROW(check({.marks = {ReferenceLine{.value = 2e100}}})(), ConfigError);
  EXPECT_THAT(check({.y = {.scale = Scale::kLog10}, .marks = {Line{.x = {0.0}, .y = {0.0}}}}),
              ThrowsMessage<ConfigError>(HasSubstr("has the y value 0 on a log axis, where values must be 1e-100")));
  EXPECT_THAT(check({.x = {.categories = {"a", "b"}}, .marks = {Points{.x = {2.0}, .y = {1.0}}}}),
              ThrowsMessage<ConfigError>(HasSubstr("has the x value 2, but its 2 categories reach from -0.5 to 1.5")));
}

TEST(CheckFigure, RefusesAxesWithoutSense) {
  EXPECT_THAT(check({.x = {.limits = Limits{2.0, 2.0}}}),
              ThrowsMessage<ConfigError>(HasSubstr("the limits 2 to 2 on axis x")));
  EXPECT_THROW(check({.y = {.limits = Limits{NAN, 2.0}}})(), ConfigError);
  EXPECT_THROW(check({.y = {.limits = Limits{0.0, 2.0}, .scale = Scale::kLog10}})(), ConfigError);
  EXPECT_THAT(check({.y = {.limits = Limits{}, .categories = {"a"}}}),
              ThrowsMessage<ConfigError>(HasSubstr("categories on axis y")));
  EXPECT_THAT(check({.x = {.scale = Scale::kLog10}, .marks = {Strip{}}}),
              ThrowsMessage<ConfigError>(HasSubstr("a log axis x cannot have")));
  EXPECT_THAT(check({.marks = {Strip{.width = 0.0}}}), ThrowsMessage<ConfigError>(HasSubstr("of the width 0")));
}

TEST(CheckFigure, RefusesALabelOfTwoColours) {
  EXPECT_THAT(check({.marks = {Line{.label = "VRKN"}, Band{.colour = Colour::kOrange, .label = "VRKN"}}}),
              ThrowsMessage<ConfigError>("the figure's label 'VRKN' stands for two colours, blue and orange"));
}

TEST(CheckFigure, RefusesSizesWithoutSense) {
  EXPECT_THAT([] { check_figure({}); }, ThrowsMessage<ConfigError>(HasSubstr("at least one panel")));
  EXPECT_THAT([] { check_figure({.panels = {{}}, .width = 99}); }, ThrowsMessage<ConfigError>(HasSubstr("99 x 300")));
  EXPECT_THAT([] { check_figure({.panels = {{}}, .columns = -1}); }, ThrowsMessage<ConfigError>(HasSubstr("not -1")));
}

}  // namespace
}  // namespace vrkn::report::figure_test
