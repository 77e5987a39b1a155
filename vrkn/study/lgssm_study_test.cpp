#include "vrkn/study/lgssm_study.h"

#include <cmath>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/config/fields.h"
#include "vrkn/core/error.h"

namespace vrkn::study::lgssm_study_test {
namespace {

// Two states, short sequences, small networks: a few seconds for everything.
StudyConfig small() {
  StudyConfig config;
  config.transition_matrix = {{0.9, -0.3}, {0.3, 0.9}};
  config.sequences = 500;
  config.test_sequences = 100;
  config.length = 15;
  config.seeds = 1;
  config.smoother_network = {.hidden = 12, .updates = 1000, .batch = 40, .learning_rate = 0.02};
  config.filter_network = {.hidden = 8, .updates = 800, .batch = 40, .learning_rate = 0.02};
  return config;
}

const SchemeResult& result_of(const SeedResult& seed, Scheme scheme) {
  return seed.schemes.at(static_cast<size_t>(scheme));
}

TEST(LgssmStudy, TheRssmOverestimatesAndTheSsmDoesNot) {
  const StudyConfig config = small();
  const SeedResult seed = run_lgssm_study(config)->front();
  const PopulationResult population = study_population(config);
  const SchemeResult& exact = result_of(seed, Scheme::kSsmClosedForm);
  const SchemeResult& smoother = result_of(seed, Scheme::kSsmNetwork);
  const SchemeResult& linear = result_of(seed, Scheme::kRssmLinear);
  const SchemeResult& filter = result_of(seed, Scheme::kRssmNetwork);

  // 500 x 14 x 2 transitions seen through noise: the variance is known to about 3 %.
  EXPECT_NEAR(exact.transition_var, config.transition_var, 0.09 * config.transition_var);
  EXPECT_LT(exact.distance, 0.03);
  EXPECT_GT(exact.log_likelihood, seed.log_likelihood);  // the maximum is above the truth
  EXPECT_EQ(exact.bound, exact.log_likelihood);
  EXPECT_NEAR(exact.beliefs.log_prob, seed.smoothed.log_prob, 0.02);

  EXPECT_NEAR(smoother.transition_var, exact.transition_var, 0.1 * exact.transition_var);
  EXPECT_LT(smoother.bound, smoother.log_likelihood);
  EXPECT_GT(smoother.bound, smoother.log_likelihood - 0.5);

  // What no amount of learning can mend: the exact optimum says how far the RSSM's variance is off.
  EXPECT_GT(population.rssm.transition_var, 1.5 * config.transition_var);
  for (const SchemeResult* rssm : {&linear, &filter}) {
    EXPECT_NEAR(rssm->transition_var, population.rssm.transition_var, 0.1 * population.rssm.transition_var);
    EXPECT_LT(rssm->bound, exact.log_likelihood - 1.0);
    EXPECT_LT(rssm->beliefs.log_prob, seed.posterior.log_prob);
    EXPECT_LT(seed.posterior.log_prob, seed.smoothed.log_prob);
  }
  EXPECT_NEAR(linear.bound, population.rssm.bound, 1.0);
  EXPECT_NEAR(seed.smoothed.nees, 1.0, 0.1);
  EXPECT_NEAR(seed.smoothed.log_prob, population.smoothed_log_prob, 0.1);
  EXPECT_NEAR(seed.posterior.log_prob, population.posterior_log_prob, 0.1);
}

TEST(LgssmStudy, DoesNotDependOnTheNumberOfThreads) {
  StudyConfig config = small();
  config.sequences = 60;
  config.seeds = 2;
  config.smoother_network.updates = config.filter_network.updates = 20;
  std::vector<std::vector<SeedResult>> runs;
  for (const int64_t threads : {1, 3}) {
    config.threads = threads;
    runs.push_back(*run_lgssm_study(config));
  }
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_NE(runs[0][0].log_likelihood, runs[0][1].log_likelihood) << "seeds must differ";
    for (size_t k = 0; k < std::size(kSchemes); ++k) {
      const SchemeResult &one = runs[0][i].schemes[k], &three = runs[1][i].schemes[k];
      EXPECT_EQ(one.scheme, kSchemes[k]);
      EXPECT_TRUE(at::equal(one.transition_matrix, three.transition_matrix)) << name_of(one.scheme);
      EXPECT_EQ(one.transition_var, three.transition_var);
      EXPECT_EQ(one.bound, three.bound);
      EXPECT_EQ(one.beliefs.log_prob, three.beliefs.log_prob);
    }
  }
}

TEST(LgssmStudy, CountsItsUpdatesAndStopsWhenAsked) {
  StudyConfig config = small();
  config.sequences = 20;
  config.smoother_network.updates = 30;
  config.filter_network.updates = 10;
  int64_t last = 0;
  ASSERT_TRUE(run_lgssm_study(config, {.on_progress = [&](int64_t done) { last = done; }}).has_value());
  EXPECT_EQ(last, 40);
  EXPECT_EQ(last, network_updates(config));

  int64_t asked = 0;
  EXPECT_FALSE(run_lgssm_study(config, {.stop_requested = [&] { return ++asked > 5; }}).has_value());
  EXPECT_LT(asked, 15);
}

TEST(StudyConfig, RefusesWhatIsNoSquareMatrix) {
  const auto complaint = [](std::vector<std::vector<double>> matrix) {
    StudyConfig config;
    config.transition_matrix = std::move(matrix);
    try {
      config::check(config);
    } catch (const ConfigError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(complaint({{0.5}}), "");
  EXPECT_THAT(complaint({}), testing::HasSubstr("at least one row"));
  EXPECT_THAT(complaint({{1.0, 0.0}, {0.0}}), testing::HasSubstr("2 rows"));
  EXPECT_THAT(complaint({{std::nan("")}}), testing::HasSubstr("nan"));
  EXPECT_THROW(study_preset("slow"), ConfigError);
  EXPECT_LT(network_updates(study_preset("quick")), network_updates(study_preset("paper")));
}

}  // namespace
}  // namespace vrkn::study::lgssm_study_test
