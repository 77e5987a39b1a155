#include "vrkn/analysis/grouping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"

namespace vrkn::analysis::grouping_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

using Settings = std::map<std::string, std::string>;

/// A run with these settings over some that are the same everywhere; values are TOML.
RunRecord run(Settings settings) {
  settings.insert({{"seed", "1"},
                   {"environment.task", "\"cheetah_run\""},
                   {"environment.transition_noise", "0.0"},
                   {"environment.sensors", "[\"image\"]"},
                   {"model.kind", "\"vrkn\""},
                   {"agent.kind", "\"dreamer\""},
                   {"training.batch_size", "50"}});
  return {.settings = std::move(settings)};
}

std::vector<std::string> labels(const Grouping& grouping) {
  std::vector<std::string> found;
  for (const RunGroup& group : grouping.groups) found.push_back(group.label);
  return found;
}

const Settings kRssm = {{"model.kind", "\"rssm\""}};

TEST(Grouping, RunsThatDifferInChanceTaskAndLengthAreOneModel) {
  const std::vector<RunRecord> runs = {run({}),
                                       run({{"seed", "2"}, {"device", "\"cuda\""}, {"training.iterations", "7"}}),
                                       run({{"environment.task", "\"walker_walk\""}, {"evaluation.every", "3"}})};
  const Grouping grouping = group_runs(runs);
  EXPECT_THAT(labels(grouping), ElementsAre("vrkn"));
  EXPECT_THAT(grouping.groups[0].runs, ElementsAre(0, 1, 2));
  EXPECT_TRUE(grouping.differences.empty());
}

TEST(Grouping, ModelsOfDifferentKindsAreCalledByTheirKind) {
  // The keys of one kind of model only are no news beside the kind itself.
  const std::vector<RunRecord> runs = {run({{"model.latent_dim", "230"}}), run(kRssm),
                                       run({{"model.latent_dim", "230"}})};
  const Grouping grouping = group_runs(runs);
  EXPECT_THAT(labels(grouping), ElementsAre("rssm", "vrkn"));
  EXPECT_THAT(grouping.groups[1].runs, ElementsAre(0, 2));
  ASSERT_EQ(grouping.differences.size(), 2u);
  EXPECT_EQ(grouping.differences[0].key, "model.kind");
  EXPECT_THAT(grouping.differences[0].values, ElementsAre("rssm", "vrkn"));
  EXPECT_EQ(grouping.differences[1].key, "model.latent_dim");
  EXPECT_THAT(grouping.differences[1].values, ElementsAre("", "230"));
}

TEST(Grouping, LabelsNameWhatTellsAGroupFromThoseLikeIt) {
  const Settings noisy = {{"environment.transition_noise", "0.2"}};
  Settings noisy_rssm = kRssm;
  noisy_rssm.merge(Settings(noisy));
  EXPECT_THAT(labels(group_runs(std::vector{run({}), run(noisy), run(kRssm), run(noisy_rssm)})),
              ElementsAre("rssm, transition_noise 0", "rssm, transition_noise 0.2", "vrkn, transition_noise 0",
                          "vrkn, transition_noise 0.2"));
  // Of the RSSM there is one, so nothing has to be said of its noise.
  EXPECT_THAT(labels(group_runs(std::vector{run({}), run(noisy), run(kRssm)})),
              ElementsAre("rssm", "vrkn, transition_noise 0", "vrkn, transition_noise 0.2"));
  EXPECT_THAT(labels(group_runs(std::vector{run({{"environment.sensors", "[\"image\", \"state\"]"}}), run({})})),
              ElementsAre("image", "image+state"));
  EXPECT_THAT(labels(group_runs(std::vector{run({{"training.batch_size", "16"}}), run({})})),
              ElementsAre("batch_size 16", "batch_size 50"));
}

TEST(Grouping, LabelsAreNumberedWhereNoValueTellsGroupsApart) {
  EXPECT_THAT(labels(group_runs(std::vector{run({{"model.extra", "1"}}), run({})})),
              ElementsAre("all runs", "all runs (2)"));
}

TEST(Grouping, ByAKeyOnlyThatKeyCounts) {
  const std::vector<RunRecord> runs = {run({{"training.batch_size", "16"}}), run({}), run(kRssm)};
  const std::vector<std::string> by_model = {"model.kind"};
  EXPECT_THAT(labels(group_runs(runs, by_model)), ElementsAre("rssm", "vrkn"));
  EXPECT_THAT(group_runs(runs, by_model).groups[1].runs, ElementsAre(0, 1));
  const std::vector<std::string> by_batch = {"training.batch_size"};
  EXPECT_THAT(labels(group_runs(runs, by_batch)), ElementsAre("batch_size 16", "batch_size 50"));
  const std::vector<std::string> wrong = {"model.kin"};
  EXPECT_THAT([&] { group_runs(runs, wrong); }, ThrowsMessage<ConfigError>(HasSubstr("'model.kind'")));
}

TEST(Grouping, OfNoRunsIsEmpty) {
  EXPECT_TRUE(group_runs({}).groups.empty());
}

}  // namespace
}  // namespace vrkn::analysis::grouping_test
