#include "vrkn/study/study_results.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrkn::study::study_results_test {
namespace {

using testing::HasSubstr;
using testing::Not;

const StudyConfig kConfig{.transition_matrix = {{0.5}}, .transition_var = 0.01, .seeds = 3};

/// Whose schemes have learned variances that begin at `transition_var` and grow by 0.001 from one to the next.
SeedResult seed_result(int64_t seed, double transition_var) {
  SeedResult result{.seed = seed, .smoothed = {.log_prob = 4.0 + transition_var, .nees = 1.0}, .schemes = {}};
  for (const Scheme scheme : kSchemes) {
    result.schemes.push_back({.scheme = scheme,
                              .transition_matrix = at::tensor({0.25, -1.0, 0.5, 2.0}, at::kDouble).reshape({2, 2}),
                              .transition_var = transition_var + 0.001 * static_cast<double>(result.schemes.size())});
  }
  return result;
}

PopulationResult population() {
  PopulationResult result;
  result.rssm = {.transition_matrix = at::full({1, 1}, 0.4, at::kDouble), .transition_var = 0.025};
  return result;
}

/// The line of a table that begins with `name`.
std::string line_of(const std::string& table, const std::string& name) {
  const size_t begin = table.find("\n" + name) + 1;
  return table.substr(begin, table.find('\n', begin) - begin);
}

TEST(StudyResults, TheTableHasMediansOverTheSeeds) {
  const std::vector<SeedResult> odd{seed_result(1, 0.03), seed_result(2, 0.01), seed_result(3, 0.02)};
  const std::string table = to_table(population(), odd, kConfig);
  EXPECT_THAT(table, HasSubstr("Medians over 3 seeds"));
  EXPECT_THAT(line_of(table, "SSM bound, closed form (EM)"), HasSubstr("0.020000   2.000"));
  EXPECT_THAT(line_of(table, "RSSM bound, network"), HasSubstr("0.023000   2.300"));
  EXPECT_THAT(line_of(table, "RSSM, exact optimum"), HasSubstr("0.025000   2.500"));
  EXPECT_THAT(line_of(table, "true model, smoothed"), HasSubstr("4.0200  1.0000"));

  const std::string even = to_table(population(), std::span(odd).first(2), kConfig);
  EXPECT_THAT(line_of(even, "SSM bound, network"), HasSubstr("0.021000   2.100"));  // the mean of the two in the middle
  EXPECT_THAT(to_table(population(), std::span(odd).first(1), kConfig), HasSubstr("Medians over 1 seed:"));
}

TEST(StudyResults, JsonHasEverySeedAndSchemeByName) {
  const nlohmann::ordered_json json =
      to_json(population(), std::vector{seed_result(5, 0.02), seed_result(6, 0.04)}, kConfig);
  ASSERT_EQ(json["seeds"].size(), 2u);
  EXPECT_EQ(json["seeds"][1]["seed"], 6);
  for (const Scheme scheme : kSchemes) EXPECT_TRUE(json["seeds"][0]["schemes"].contains(name_of(scheme)));
  const auto& network = json["seeds"][1]["schemes"]["ssm_network"];
  EXPECT_DOUBLE_EQ(network["transition_var_ratio"].get<double>(), 4.1);
  EXPECT_EQ(network["transition_matrix"].dump(), "[[0.25,-1.0],[0.5,2.0]]");
}

TEST(StudyResults, EndlessSequencesAreShownWhereTheyHaveALimit) {
  PopulationResult both = population();
  EXPECT_TRUE(to_json(both, kConfig)["rssm_stationary"].is_null());
  EXPECT_THAT(to_table(both, kConfig), Not(HasSubstr("endless")));
  both.stationary = both.rssm;
  both.stationary->transition_var = 0.03;
  EXPECT_DOUBLE_EQ(to_json(both, kConfig)["rssm_stationary"]["transition_var_ratio"].get<double>(), 3.0);
  EXPECT_THAT(line_of(to_table(both, kConfig), "the same, endless sequences"), HasSubstr("0.0300000    3.0000"));
}

}  // namespace
}  // namespace vrkn::study::study_results_test
