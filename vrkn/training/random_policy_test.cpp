#include "vrkn/training/random_policy.h"

#include <vector>

#include <gtest/gtest.h>

namespace vrkn::training::random_policy_test {
namespace {

run::ExperimentConfig config(int64_t seed, int64_t threads = 1) {
  run::ExperimentConfig config;
  config.environment = {.task = "double_integrator", .sensors = {"state"}, .action_repeat = 5};
  config.evaluation.episodes = 3;
  config.seed = seed;
  config.threads = threads;
  return config;
}

TEST(RandomPolicy, ItsReturnFollowsFromTheSeedAndNotFromTheThreads) {
  const double first = random_policy_return(config(1));
  EXPECT_EQ(first, random_policy_return(config(1, 3)));
  EXPECT_NE(first, random_policy_return(config(2)));
}

TEST(RandomPolicy, TellsOfEveryStepOfTheFirstEpisode) {
  std::vector<int64_t> done;
  random_policy_return(config(1), [&](int64_t step, int64_t total) {
    done.push_back(step);
    EXPECT_EQ(total, 20);
  });
  ASSERT_EQ(done.size(), 21u);  // the reset is one
  EXPECT_EQ(done.front(), 0);
  EXPECT_EQ(done.back(), 20);
}

}  // namespace
}  // namespace vrkn::training::random_policy_test
