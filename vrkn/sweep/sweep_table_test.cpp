#include "vrkn/sweep/sweep_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrkn::sweep::sweep_table_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

RunStatus status(const std::string& name, RunState state) {
  return {.name = name, .state = state, .iterations = 100, .progress = {}};
}

std::vector<RunStatus> four() {
  std::vector<RunStatus> runs = {status("first", RunState::kFinished), status("second", RunState::kNotBegun),
                                 status("third", RunState::kRunning), status("fourth", RunState::kFailed)};
  runs[2].progress = {.iteration = 20, .env_step = 25000, .evaluations = 1, .last_return = 312.04};
  runs[2].left_s = 3700.0;
  runs[3].note = "exit code 1";
  return runs;
}

TEST(SweepTable, OneLineForEachRunAndOneForEachFailure) {
  EXPECT_THAT(sweep_table(four()), ElementsAre("run     state            iteration      steps    return     left",
                                               "first   finished             0/100          0                   ",
                                               "second  not begun            0/100          0                   ",
                                               "third   running             20/100      25000     312.0    1h02m",
                                               "fourth  failed               0/100          0                   ",
                                               "fourth failed with exit code 1"));
}

TEST(SweepTable, ASmallScreenHasWhatMattersMost) {
  EXPECT_THAT(sweep_table(four(), 6), ElementsAre(StartsWith("run "), StartsWith("first "), StartsWith("second "),
                                                  StartsWith("third "), StartsWith("fourth "), sweep_summary(four())));
  EXPECT_THAT(sweep_table(four(), 4), ElementsAre(StartsWith("run "), StartsWith("third "), StartsWith("fourth "),
                                                  "and 2 more: 1 finished, 1 not begun"));
}

TEST(SweepTable, Summary) {
  EXPECT_EQ(sweep_summary(four()), "4 runs: 1 finished, 1 running, 1 not begun, 1 failed");
  EXPECT_EQ(sweep_summary(std::vector{status("a", RunState::kNoCheckpoint)}), "1 run: 1 no checkpoint");
}

}  // namespace
}  // namespace vrkn::sweep::sweep_table_test
