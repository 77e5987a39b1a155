#include "vrkn/analysis/comparison.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/analysis/improvement.h"
#include "vrkn/core/error.h"

namespace vrkn::analysis::comparison_test {
namespace {

using testing::ElementsAre;

RunRecord run(const std::string& task, const std::string& model, std::vector<std::pair<int, double>> returns) {
  RunRecord record{.settings = {{"environment.task", '"' + task + '"'}, {"model.kind", '"' + model + '"'}}};
  for (const auto& [step, value] : returns) {
    record.metrics.push_back({.kind = "evaluate", .env_step = step, .iteration = 0, .metrics = {{"return", value}}});
  }
  return record;
}

/// Two models on two tasks, two runs each, all from step 0 to 100.
std::vector<RunRecord> square() {
  return {run("a", "rssm", {{0, 0.0}, {100, 10.0}}), run("a", "rssm", {{0, 0.0}, {100, 20.0}}),
          run("b", "rssm", {{0, 0.0}, {100, 30.0}}), run("b", "rssm", {{0, 0.0}, {100, 50.0}}),
          run("a", "vrkn", {{0, 0.0}, {100, 15.0}}), run("a", "vrkn", {{0, 0.0}, {100, 25.0}}),
          run("b", "vrkn", {{0, 0.0}, {100, 60.0}}), run("b", "vrkn", {{0, 0.0}, {100, 80.0}})};
}

TEST(Comparison, OfTwoModelsOnTwoTasks) {
  const Comparison found = compare(square());
  ASSERT_EQ(found.groups.size(), 2u);
  ASSERT_EQ(found.tasks.size(), 2u);
  const TaskComparison& task = found.tasks[0];
  EXPECT_EQ(task.name, "a");
  EXPECT_EQ(task.score_step, 100.0);
  ASSERT_EQ(task.groups.size(), 2u);
  EXPECT_THAT(task.groups[1].runs, ElementsAre(4, 5));
  EXPECT_THAT(task.groups[1].scores, ElementsAre(15.0, 25.0));
  EXPECT_EQ(task.groups[1].mean.value, 20.0);
  EXPECT_EQ(task.groups[1].mean.interval->low, 15.0);  // of two runs: both ends
  EXPECT_EQ(task.groups[1].mean.interval->high, 25.0);
  EXPECT_THAT(task.groups[1].curve.median, ElementsAre(0.0, 20.0));
  EXPECT_THAT(task.groups[1].curve.low, ElementsAre(0.0, 17.5));

  EXPECT_THAT(found.common_tasks, ElementsAre("a", "b"));
  ASSERT_EQ(found.overall.size(), 2u);
  EXPECT_EQ(found.overall[1].mean.value, 45.0);
  EXPECT_EQ(found.overall[1].median.value, 45.0);
  EXPECT_EQ(found.overall[1].interquartile_mean.value, 42.5);  // of 15, 25, 60, 80
  EXPECT_THAT(found.overall[1].curve.mean, ElementsAre(0.0, 45.0));

  ASSERT_EQ(found.pairs.size(), 1u);
  EXPECT_EQ(found.pairs[0].first, 1u);  // the better one
  EXPECT_EQ(found.pairs[0].second, 0u);
  EXPECT_EQ(found.pairs[0].probability.value, 0.5 * (0.75 + 1.0));
  EXPECT_THAT(found.pairs[0].tasks, ElementsAre("a", "b"));
}

TEST(Comparison, ScoresAreTakenWhereEveryRunOfTheTaskHasBeen) {
  std::vector<RunRecord> runs = square();
  runs.push_back(run("a", "vrkn", {{0, 0.0}, {50, 5.0}}));
  const Comparison found = compare(runs);
  EXPECT_EQ(found.tasks[0].score_step, 50.0);
  EXPECT_THAT(found.tasks[0].groups[1].scores, ElementsAre(7.5, 12.5, 5.0));
  EXPECT_EQ(found.tasks[1].score_step, 100.0);
  // At a step of one's own, runs that have not come so far have no score.
  const Comparison at = compare(runs, {.score_step = 80});
  EXPECT_EQ(at.tasks[0].score_step, 80.0);
  EXPECT_THAT(at.tasks[0].groups[1].scores, ElementsAre(12.0, 20.0));
  EXPECT_THAT(at.tasks[0].groups[1].runs, ElementsAre(4, 5, 8));
}

TEST(Comparison, OverallStatisticsNeedTasksThatAllModelsHave) {
  std::vector<RunRecord> runs = square();
  runs.push_back(run("c", "vrkn", {{0, 0.0}, {100, 1000.0}}));
  EXPECT_THAT(compare(runs).common_tasks, ElementsAre("a", "b"));
  runs = {run("a", "vrkn", {{0, 1.0}}), run("b", "rssm", {{0, 1.0}})};
  const Comparison apart = compare(runs);
  EXPECT_TRUE(apart.common_tasks.empty());
  EXPECT_TRUE(apart.overall.empty());
  EXPECT_TRUE(apart.pairs.empty());
}

TEST(Comparison, AModelWithoutAValueYetStandsInNobodysWay) {
  std::vector<RunRecord> runs = square();
  runs.push_back(run("a", "ssm", {}));
  const Comparison found = compare(runs);
  EXPECT_EQ(found.groups.size(), 3u);
  EXPECT_THAT(found.common_tasks, ElementsAre("a", "b"));
  EXPECT_EQ(found.overall.size(), 2u);
  EXPECT_TRUE(compare({}).tasks.empty());
  EXPECT_TRUE(compare(std::vector{run("a", "ssm", {})}).tasks.empty());
}

TEST(Comparison, PublishedScoresStandBesideReturnsOnly) {
  std::vector<RunRecord> runs = {run("cheetah_run", "vrkn", {{0, 1.0}})};
  EXPECT_EQ(compare(runs).tasks[0].published.size(), 2u);
  runs[0].metrics[0].kind = "held_out";
  const Comparison other = compare(runs, {.metric = {.kind = "held_out", .name = "return"}});
  EXPECT_TRUE(other.tasks[0].published.empty());
  EXPECT_EQ(step_name(other.metric), "updates");
}

}  // namespace
}  // namespace vrkn::analysis::comparison_test
