#include "vrkn/env/suite/starts.h"

#include <gtest/gtest.h>

#include "vrkn/env/suite/replay.h"
#include "vrkn/env/suite/suite_tasks.h"

namespace vrkn::env::starts_test {
namespace {

void expect_near(const std::vector<double>& found, const std::vector<double>& expected, double tolerance) {
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], tolerance) << i;
}

class Starts : public testing::TestWithParam<SuiteTask> {};

TEST_P(Starts, AreThoseOfTheEpisodesWithTheSameSeeds) {
  const SuiteTask& task = GetParam();
  const SuiteView view{.sensors = {"state", "position", "proprioception"}};
  const std::vector<uint64_t> seeds = {7, 8, 7};
  const Recording starts = draw_starts(task, seeds);
  ASSERT_EQ(starts.episodes.size(), seeds.size());
  SuiteEnvironment drawn(task, view), replayed(task, view);
  for (size_t i = 0; i < seeds.size(); ++i) {
    const TimeStep expected = drawn.reset(seeds[i]);
    begin_recorded(replayed, starts.episodes[i].start);
    const PhysicsState from = drawn.physics().state(), to = replayed.physics().state();
    expect_near(to.position, from.position, 1e-15);  // MuJoCo normalises quaternions once more
    EXPECT_EQ(to.velocity, from.velocity);
    EXPECT_EQ(to.warm_start, from.warm_start);
    const Observation found = replayed.observe();
    for (size_t s = 0; s < found.sensors.size(); ++s) {
      // Forces of contacts come from a solver that begins elsewhere.
      expect_near(found.sensors[s].vector, expected.observation.sensors[s].vector, 1e-6);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Tasks, Starts, testing::ValuesIn(suite_tasks()),
                         [](const auto& test) { return test.param.spec.name; });

}  // namespace
}  // namespace vrkn::env::starts_test
