#include "vrkn/report/comparison/figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/made_up_comparison.h"
#include "vrkn/report/figure/svg.h"

namespace vrkn::report::figures_test {
namespace {

using testing::HasSubstr;

TEST(ComparisonFigures, CurvesHaveAPanelPerTaskAfterTheMean) {
  const analysis::Comparison comparison =
      analysis::compare(made_up_runs({"rssm", "vrkn"}, {"cheetah_run", "walker_run", "world"}, 3));
  const Figure figure = *curves_figure(comparison);
  ASSERT_EQ(figure.panels.size(), 4u);
  EXPECT_EQ(figure.panels[0].title, "mean over 3 tasks");
  EXPECT_EQ(figure.panels[1].title, "cheetah run");
  // Two models, each a band and a line; published scores where somebody has published some.
  EXPECT_EQ(figure.panels[0].marks.size(), 4u);
  EXPECT_EQ(figure.panels[1].marks.size(), 5u);
  EXPECT_EQ(figure.panels[3].marks.size(), 4u);
  const auto& line = std::get<Line>(figure.panels[3].marks[1]);
  EXPECT_THAT(line.x, testing::ElementsAre(0.0, 100.0, 200.0));  // thousands
  EXPECT_THAT(line.y, testing::ElementsAre(210.0, 310.0, 410.0));
  EXPECT_THAT(to_svg(figure), HasSubstr("walker run"));
}

TEST(ComparisonFigures, OneRunHasALineAndNoBand) {
  const analysis::Comparison comparison = analysis::compare(made_up_runs({"vrkn"}, {"world"}, 1));
  const Figure figure = *curves_figure(comparison);
  ASSERT_EQ(figure.panels.size(), 1u);
  EXPECT_EQ(figure.panels[0].marks.size(), 1u);
  EXPECT_FALSE(overall_figure(comparison));
  EXPECT_FALSE(improvement_figure(comparison));
  EXPECT_FALSE(curves_figure(analysis::compare({})));
}

TEST(ComparisonFigures, ManyModelsWithLongNamesStillHaveRoom) {
  std::vector<std::string> models;
  for (int i = 0; i < 8; ++i) models.push_back("a model with quite a long name, number " + std::to_string(i));
  std::vector<std::string> tasks;
  for (int i = 0; i < 10; ++i) tasks.push_back("task_" + std::to_string(i));
  const analysis::Comparison comparison = analysis::compare(made_up_runs(models, tasks, 2));
  for (const auto& figure : {curves_figure(comparison), overall_figure(comparison), improvement_figure(comparison)}) {
    ASSERT_TRUE(figure);
    EXPECT_THAT(to_svg(*figure), HasSubstr("</svg>"));
  }
}

TEST(ComparisonFigures, ColoursComeAgainWithOtherDashes) {
  EXPECT_NE(group_colour(0), group_colour(1));
  for (size_t i = 0; i < 7; ++i) {
    EXPECT_NE(group_colour(i), Colour::kGrey);
    EXPECT_EQ(group_colour(i), group_colour(i + 7));
    EXPECT_NE(group_dash(i), group_dash(i + 7));
  }
}

}  // namespace
}  // namespace vrkn::report::figures_test
