#include "vrkn/env/task_list.h"

#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/env/suite/suite_tasks.h"

namespace vrkn::env::task_list_test {
namespace {

TEST(TaskList, EveryTaskIsKnownOnceAndDescribed) {
  std::set<std::string> names;
  for (const TaskSpec& task : all_tasks()) {
    EXPECT_TRUE(names.insert(task.name).second) << task.name << " is listed twice";
    EXPECT_FALSE(task.goal.empty());
    EXPECT_GE(task.action_size, 1);
    EXPECT_GE(task.step_limit, task.default_action_repeat);
    EXPECT_EQ(find_task(task.name).goal, task.goal);
  }
  EXPECT_TRUE(names.contains("cartpole_swingup"));
}

TEST(TaskList, SuiteTasksHavePlanetsActionRepeats) {
  const std::map<std::string, int64_t> planet = {{"ball_in_cup", 4}, {"cartpole", 8}, {"cheetah", 4}, {"finger", 2},
                                                 {"hopper", 2},      {"pendulum", 2}, {"reacher", 4}, {"walker", 2}};
  for (const SuiteTask& task : suite_tasks()) {
    const auto found = planet.find(task.spec.domain);
    if (found != planet.end()) {
      EXPECT_EQ(task.spec.default_action_repeat, found->second) << task.spec.name;
    }
  }
}

TEST(TaskList, AnUnknownNameGetsTheNearestOne) {
  try {
    find_task("cartpole_swing_up");
    FAIL() << "found a task that does not exist";
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("did you mean 'cartpole_swingup'?"));
  }
  try {
    find_task("xyzzy");
    FAIL() << "found a task that does not exist";
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("the tasks are acrobot_swingup, "));
  }
}

}  // namespace
}  // namespace vrkn::env::task_list_test
