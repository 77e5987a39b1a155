#include "vrkn/report/figure/svg.h"

#include <cmath>
#include <regex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/programs.h"
#include "tests/support/temporary_folder.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/core/random.h"

namespace vrkn::report::svg_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::ThrowsMessage;

/// The first group of all matches of `pattern`.
std::vector<std::string> matches(const std::string& text, const std::string& pattern) {
  const std::regex regex(pattern);
  std::vector<std::string> found;
  for (auto i = std::sregex_iterator(text.begin(), text.end(), regex); i != std::sregex_iterator(); ++i) {
    found.push_back(i->str(1));
  }
  return found;
}

/// What python3's XML parser finds of `root` by this expression, without the last line end.
std::string parsed(const std::string& svg, const std::string& expression) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "figure.svg", svg);
  std::string text = output_of(
      "python3 -c 'import xml.etree.ElementTree as xml; svg = \"{http://www.w3.org/2000/svg}\"; "
      "root = xml.parse(\"" +
      (folder / "figure.svg").string() + "\").getroot(); print(" + expression + ")' 2>&1");
  text.erase(text.find_last_not_of('\n') + 1);
  return text;
}

/// A plot from 0 to 10 each way, without texts but ticks.
Figure plot(std::vector<Mark> marks) {
  const Axis axis = {.limits = Limits{0.0, 10.0}};
  return {.panels = {{.x = axis, .y = axis, .marks = std::move(marks)}}, .width = 300, .height = 200};
}

/// A grid of panels with every kind of mark.
Figure everything() {
  Figure figure = {.columns = 2, .width = 600, .height = 500};
  figure.title = "a < b & \"c\"";
  figure.description = "<![CDATA[ -- ]]>";
  figure.caption = "σ² & <b>";
  ScalarGenerator random(6);
  for (int i = 0; i < 5; ++i) {
    Panel panel = {.title = "panel <" + std::to_string(i) + ">", .x = {.label = "x & y"}, .y = {.label = "\"z\" < σ²"}};
    if (i == 1) panel.y.scale = Scale::kLog10;
    if (i == 2) panel.x.categories = {"a & b", "<c>", "d'\""};
    Line line = {.dash = Dash::kDotted, .label = "lines & <areas>"};
    Band band = {.label = "lines & <areas>"};
    Points points = {.colour = Colour::kOrange, .marker = static_cast<Marker>(i % 4), .label = "points"};
    Strip strip = {.x = 1.0, .colour = Colour::kPurple, .label = "strip"};
    for (int k = 0; k < 3; ++k) {
      const double y = 0.5 + random.uniform();
      line.x.push_back(k);
      line.y.push_back(y);
      band.low.push_back(0.8 * y);
      band.high.push_back(k == i ? NAN : 1.2 * y);
      strip.values.push_back(y);
    }
    band.x = points.x = line.x;
    points.y = line.y;
    points.low = band.low;
    points.high = band.high;
    panel.marks = {band,
                   line,
                   points,
                   strip,
                   ReferenceLine{.value = 1.0, .label = "ref & <1>"},
                   ReferenceLine{.direction = ReferenceLine::Direction::kVertical, .value = 0.5, .label = "vertical"}};
    figure.panels.push_back(panel);
  }
  figure.panels.push_back({.title = "empty"});
  return figure;
}

TEST(ToSvg, IsWellFormedXmlAndKeepsTexts) {
  if (!installed("python3")) GTEST_SKIP() << "python3 is not installed";
  const std::string svg = to_svg(everything());
  EXPECT_EQ(parsed(svg, "root.tag == svg + \"svg\", root.get(\"width\"), root.get(\"viewBox\")"),
            "True 600 0 0 600 500");
  EXPECT_EQ(parsed(svg, "root.find(svg + \"title\").text"), "a < b & \"c\"");
  EXPECT_EQ(parsed(svg, "root.find(svg + \"desc\").text"), "<![CDATA[ -- ]]>");
  EXPECT_EQ(parsed(svg, "[t.text for t in root.iter(svg + \"text\") if t.get(\"class\") == \"title\"]"),
            "['panel <0>', 'panel <1>', 'panel <2>', 'panel <3>', 'panel <4>', 'empty']");
  EXPECT_EQ(parsed(svg, "[t.text for t in root.iter(svg + \"text\") if t.get(\"class\") == \"caption\"]"),
            "['σ² & <b>']");
  EXPECT_EQ(parsed(svg, "len(list(root.iter(svg + \"style\")))"), "1");
}

TEST(ToSvg, IsTheSameForTheSameFigure) {
  EXPECT_EQ(to_svg(everything()), to_svg(everything()));
}

TEST(ToSvg, WritesNumbersWithAtMostTwoDecimals) {
  const std::string svg = to_svg(everything());
  EXPECT_THAT(matches(svg, R"((\d\.\d{3,}))"), IsEmpty());
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
  EXPECT_THAT(svg, Not(HasSubstr("-0,")));
}

TEST(ToSvg, NamesEachLabelOnceInTheLegend) {
  EXPECT_THAT(matches(to_svg(everything()), R"(class="legend"[^>]*>([^<]*)<)"),
              ElementsAre("lines &amp; &lt;areas&gt;", "points", "strip"));
  EXPECT_THAT(matches(to_svg(plot({Line{.x = {1.0}, .y = {1.0}}})), "class=\"(legend)\""), IsEmpty());
}

TEST(ToSvg, PutsTheEndsOfTheAxesAtTheEdgesOfThePlot) {
  const std::string svg = to_svg(plot({Line{.x = {0.0, 10.0}, .y = {0.0, 10.0}}}));
  const std::vector<std::string> box = matches(svg, R"re(<svg x="[^>]*viewBox="([^"]*)")re");
  ASSERT_EQ(box.size(), 1u);
  double left, top, width, height;
  ASSERT_EQ(std::sscanf(box[0].c_str(), "%lf %lf %lf %lf", &left, &top, &width, &height), 4);
  const auto number = [](double value) { return std::to_string(static_cast<int>(value)); };
  // The box is one pixel larger on every side.
  EXPECT_THAT(matches(svg, R"re(class="line blue" d="([^"]*)")re"),
              ElementsAre("M" + number(left + 1) + "," + number(top + height - 1) + "L" + number(left + width - 1) +
                          "," + number(top + 1)));
}

/// The letters of the line's path.
std::string commands(const std::vector<double>& y) {
  std::vector<double> x;
  for (size_t i = 0; i < y.size(); ++i) x.push_back(static_cast<double>(i));
  const std::vector<std::string> d =
      matches(to_svg(plot({Line{.x = x, .y = y}, Strip{.values = {1.0}}})), R"re(class="line blue" d="([^"]*)")re");
  return d.empty() ? "" : std::regex_replace(d[0], std::regex("[^A-Za-z ]"), "");
}

TEST(ToSvg, BreaksLinesAtMissingValues) {
  EXPECT_EQ(commands({1, 2, 3, 4}), "ML  ");
  EXPECT_EQ(commands({1, 2, NAN, 3, 4}), "MLML");
  EXPECT_EQ(commands({NAN, 1, NAN, NAN, 3, 4}), "MhML");  // one point alone is a dot
  EXPECT_EQ(commands({NAN, NAN}), "");
}

TEST(ToSvg, BreaksBandsAtMissingValues) {
  const Band band = {.x = {0, 1, 2, 3, 4}, .low = {1, 1, NAN, 1, 1}, .high = {2, 2, 2, 2, 2}};
  const std::vector<std::string> d = matches(to_svg(plot({band})), R"re(class="area blue" d="([^"]*)")re");
  ASSERT_EQ(d.size(), 1u);
  EXPECT_EQ(std::regex_replace(d[0], std::regex("[^A-Za-z]"), ""), "MzMz");
}

TEST(ToSvg, DrawsEveryDotWithinTheLimitsAndTheMedian) {
  const std::string svg = to_svg(plot({Strip{.x = 5.0, .values = {1.0, 2.0, NAN, 4.0, 9.0, 12.0}}}));
  EXPECT_EQ(matches(svg, "(<circle)").size(), 4u);
  // The median is that of all five values, of which one lies outside.
  const std::vector<std::string> dots = matches(svg, R"re(<circle[^>]* cy="([^"]*)")re");
  EXPECT_THAT(matches(svg, R"re(class="median" d="M[^,]*,([^H]*)H)re"), ElementsAre(dots[2]));
}

TEST(ToSvg, SaysWhenAPanelIsEmpty) {
  EXPECT_THAT(to_svg(plot({})), HasSubstr(">no data<"));
  EXPECT_THAT(to_svg(plot({Line{.x = {1.0, 2.0}, .y = {NAN, NAN}}, ReferenceLine{.value = 1.0}})),
              HasSubstr(">no data<"));
  EXPECT_THAT(to_svg(plot({Line{.x = {1.0}, .y = {1.0}}})), Not(HasSubstr("no data")));
}

TEST(ToSvg, ShowsALabelThatNeighboursShareOnce) {
  const Panel panel = {.x = {.label = "steps"}, .y = {.label = "return"}};
  const Figure figure = {.panels = {panel, panel, panel, panel, panel}, .columns = 3, .width = 600, .height = 400};
  const std::string svg = to_svg(figure);
  EXPECT_EQ(matches(svg, ">(steps)<").size(), 3u);   // the lower row, and the panel over the empty place
  EXPECT_EQ(matches(svg, ">(return)<").size(), 2u);  // the left column
}

TEST(ToSvg, RefusesAFigureThatIsTooSmall) {
  Figure figure = plot({});
  figure.panels.resize(9);
  EXPECT_THAT([&] { to_svg(figure); }, ThrowsMessage<ConfigError>(HasSubstr("300 x 200 pixels has no room for 9 x 1")));
}

}  // namespace
}  // namespace vrkn::report::svg_test
