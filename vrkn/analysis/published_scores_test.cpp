#include "vrkn/analysis/published_scores.h"

#include <gtest/gtest.h>

#include "vrkn/config/toml.h"

namespace vrkn::analysis::published_scores_test {
namespace {

TEST(PublishedScores, OfATaskComeWithNameAndSource) {
  const std::vector<PublishedResult> results = published_results("cheetah_run");
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0].name, "Dreamer, RSSM");
  ASSERT_EQ(results[0].scores.size(), 5u);
  EXPECT_EQ(results[0].scores.back().step, 1'000'000);
  EXPECT_EQ(results[0].scores.back().low, 681.0);
  EXPECT_EQ(results[0].scores.back().high, 761.0);
  EXPECT_EQ(results[1].name, "PlaNet, RSSM");
  EXPECT_EQ(results[1].scores.front().low, 662.0);
  EXPECT_EQ(results[1].scores.front().high, 662.0);
  for (const PublishedResult& result : results) EXPECT_FALSE(result.source.empty());
  EXPECT_TRUE(published_results("double_integrator").empty());
}

TEST(PublishedScores, EveryEntryOfTheFileMakesSense) {
  int tasks = 0;
  for (const config::Entry& entry : config::parse_toml(embedded_published_scores().front().content, "scores")) {
    const size_t at = entry.key.find(".scores.");
    if (at == std::string::npos) continue;
    ++tasks;
    for (const PublishedResult& result : published_results(entry.key.substr(at + 8))) {
      int64_t last_step = 0;
      for (const PublishedScore& score : result.scores) {
        EXPECT_GT(score.step, last_step) << entry.key;
        EXPECT_LE(0.0, score.low) << entry.key;
        EXPECT_LE(score.low, score.high) << entry.key;
        EXPECT_LE(score.high, 1000.0) << entry.key;
        last_step = score.step;
      }
    }
  }
  EXPECT_EQ(tasks, 16);
}

}  // namespace
}  // namespace vrkn::analysis::published_scores_test
