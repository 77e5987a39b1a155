// A thousand episodes of random actions, shared equally among all control-suite tasks: nothing breaks, nothing leaks.

#include <algorithm>
#include <cmath>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "vrkn/env/suite/suite_environment.h"
#include "vrkn/env/suite/suite_tasks.h"

namespace vrkn {
namespace {

constexpr uint64_t kEpisodes = 1000;

// Resident memory of this process in KiB, as Linux counts it.
int64_t resident_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word == "VmRSS:") {
      int64_t kib = 0;
      status >> kib;
      return kib;
    }
  }
  ADD_FAILURE() << "/proc/self/status has no VmRSS";
  return 0;
}

bool in_order(const env::TimeStep& step) {
  const std::vector<double>& state = step.observation.sensors.at(0).vector;
  return std::ranges::all_of(state, [](double value) { return std::isfinite(value); }) && step.reward >= 0.0 &&
         step.reward <= 1.0;
}

// Plays one episode; returns the number of its steps.
int64_t play(env::SuiteEnvironment& environment, uint64_t seed) {
  ScalarGenerator random(derive_seed(seed, "actions"));
  std::vector<double> action(static_cast<size_t>(environment.spec().action_size));
  env::TimeStep now = environment.reset(seed);
  EXPECT_TRUE(in_order(now)) << environment.spec().name << ", seed " << seed << ", reset";
  int64_t steps = 0;
  while (!now.is_last) {
    for (double& component : action) component = random.uniform(-1.0, 1.0);
    now = environment.step(action);
    ++steps;
    EXPECT_TRUE(in_order(now)) << environment.spec().name << ", seed " << seed << ", step " << steps;
  }
  return steps;
}

TEST(RandomEpisodes, NothingBreaksAndNothingLeaks) {
  std::vector<std::unique_ptr<env::SuiteEnvironment>> environments;
  for (const env::SuiteTask& task : env::suite_tasks()) {
    environments.push_back(std::make_unique<env::SuiteEnvironment>(task, env::SuiteView{.sensors = {"state"}}));
  }
  int64_t after_first_round_kib = 0;
  for (uint64_t episode = 0; episode < kEpisodes; ++episode) {
    if (episode == environments.size()) after_first_round_kib = resident_kib();
    env::SuiteEnvironment& environment = *environments[episode % environments.size()];
    ASSERT_EQ(play(environment, episode), environment.spec().step_limit);
    ASSERT_FALSE(HasFailure());
  }
  ASSERT_GT(after_first_round_kib, 0);
  // A leak of one observation per step would be a hundred times as much.
  EXPECT_LE(resident_kib(), after_first_round_kib + 1024);
}

}  // namespace
}  // namespace vrkn
