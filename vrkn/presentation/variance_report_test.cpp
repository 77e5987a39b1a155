#include "vrkn/presentation/variance_report.h"

#include <cmath>

#include <gtest/gtest.h>

#include "tests/support/programs.h"
#include "tests/support/temporary_folder.h"

namespace vrkn::presentation::variance_report_test {
namespace {

using evaluation::VarianceShares;

ComparedRun run(const std::string& world, const std::string& model, int64_t seed, double scale) {
  evaluation::VarianceHorizon near{
      .steps_ahead = 1,
      .episodes = {{.truth = 0.1, .reading = 0.1, .transition = 0.2 * scale, .noise = 0.2, .error = 0.2},
                   {.truth = 0.3, .reading = 0.1, .transition = 0.6 * scale, .noise = 0.2, .error = 0.0}},
      .truth_by_state = {1.0, 2.0, 3.0},
      .transition_by_state = {2.0, 5.0, 9.0}};
  evaluation::VarianceHorizon far = near;
  far.steps_ahead = 10;
  return {
      .run = world + "-" + model, .world = world, .model = model, .seed = seed, .quantities = {{"state", {near, far}}}};
}

TEST(VarianceReport, GroupsRunsAndTakesRatiosOfSums) {
  const std::vector<ComparedRun> runs = {run("a", "vrkn", 1, 1.0), run("b", "vrkn", 1, 1.0), run("a", "rssm", 1, 1.0),
                                         run("a", "rssm", 2, 2.0)};
  const std::vector<VarianceGroup> groups = variance_groups(runs);
  ASSERT_EQ(groups.size(), 6u);
  std::vector<std::string> order;
  for (const VarianceGroup& group : groups)
    order.push_back(group.world + group.model + std::to_string(group.steps_ahead));
  EXPECT_EQ(order, (std::vector<std::string>{"avrkn1", "arssm1", "avrkn10", "arssm10", "bvrkn1", "bvrkn10"}));
  EXPECT_NEAR(groups[0].transition.value, 2.0, 1e-12);
  EXPECT_NEAR(groups[0].predictive.value, 1.2 / 0.8, 1e-12);
  EXPECT_NEAR(groups[0].rank_correlation, 1.0, 1e-12);
  // Both runs together: 0.2 + 0.6 + 0.4 + 1.2 over twice 0.4.
  EXPECT_EQ(groups[1].runs, 2);
  EXPECT_NEAR(groups[1].transition.value, 3.0, 1e-12);
  // Resampled runs have ratios between those of the single ones.
  ASSERT_TRUE(groups[1].transition.interval);
  EXPECT_NEAR(groups[1].transition.interval->low, 2.0, 1e-9);
  EXPECT_NEAR(groups[1].transition.interval->high, 4.0, 1e-9);
  EXPECT_NEAR(groups[1].mean.transition, 0.6, 1e-12);
}

TEST(VarianceReport, OrdersTheQuantitiesOfEachWorldAsTheModelsDo) {
  ComparedRun one = run("a", "vrkn", 1, 1.0), other = run("b", "vrkn", 1, 1.0);
  one.quantities.push_back({"reward", one.quantities[0].horizons});
  other.quantities = {{"position", one.quantities[0].horizons}, {"reward", one.quantities[0].horizons}};
  std::vector<std::string> order;
  for (const VarianceGroup& group : variance_groups(std::vector{one, other})) {
    if (group.steps_ahead == 1) order.push_back(group.world + " " + group.quantity);
  }
  EXPECT_EQ(order, (std::vector<std::string>{"a state", "a reward", "b position", "b reward"}));
}

TEST(VarianceReport, SaysNothingOfAQuantityThatNeverScatters) {
  ComparedRun dull = run("a", "vrkn", 1, 1.0);
  const double nan = std::nan("");
  for (evaluation::VarianceHorizon& horizon : dull.quantities[0].horizons) {
    for (VarianceShares& shares : horizon.episodes) shares = {nan, nan, nan, nan, nan, nan, nan};
    horizon.truth_by_state = horizon.transition_by_state = {nan, nan, nan};
  }
  const std::vector<ComparedRun> runs = {dull};
  const std::vector<VarianceGroup> groups = variance_groups(runs);
  EXPECT_TRUE(to_json(runs, groups).at("groups")[0].at("rank_correlation").is_null());
  EXPECT_NE(to_table(groups).find(" - "), std::string::npos);
}

TEST(VarianceReport, WritesWhatWasFound) {
  ComparedRun still = run("still", "rssm", 1, 1.0);  // without noise there is no ratio
  for (VarianceShares& shares : still.quantities[0].horizons[0].episodes) shares.truth = 0.0;
  const std::vector<ComparedRun> runs = {run("a", "vrkn", 1, 1.0), still};
  const std::vector<VarianceGroup> groups = variance_groups(runs);
  const nlohmann::ordered_json json = to_json(runs, groups);
  EXPECT_EQ(json.at("groups").size(), 4u);
  EXPECT_NEAR(json.at("groups")[0].at("transition_ratio").at("value").get<double>(), 2.0, 1e-12);
  EXPECT_TRUE(json.at("groups")[2].at("transition_ratio").at("value").is_null());
  EXPECT_EQ(json.at("runs")[1].at("quantities").at("state")[0].at("episodes").size(), 2u);
  EXPECT_EQ(json.at("runs")[0].at("model"), "vrkn");
  const std::string table = to_table(groups);
  EXPECT_NE(table.find("2.00 (2.00 to 2.00)"), std::string::npos) << table;
  const TemporaryFolder folder;
  write_variance_figure(folder.path(), groups);
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "ratios.svg"));
}

}  // namespace
}  // namespace vrkn::presentation::variance_report_test
