#include "vrkn/env/task_list.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"

namespace vrkn {
namespace {

TEST(TaskList, EveryTaskIsKnownOnceAndDescribed) {
  std::set<std::string> names;
  for (const TaskFacts& task : all_tasks()) {
    EXPECT_TRUE(names.insert(task.name).second) << task.name << " is listed twice";
    EXPECT_FALSE(task.goal.empty());
    EXPECT_GE(task.action_size, 1);
    EXPECT_GE(task.step_limit, task.planet_action_repeat);
    EXPECT_EQ(find_task(task.name).goal, task.goal);
  }
  EXPECT_TRUE(names.contains("cartpole_swingup"));
}

TEST(TaskList, CartpoleHasThePapersActionRepeats) {
  EXPECT_EQ(find_task("cartpole_swingup").planet_action_repeat, 8);
  EXPECT_EQ(find_task("cartpole_swingup").dreamer_action_repeat, 2);
}

TEST(TaskList, AnUnknownNameGetsTheNearestOne) {
  try {
    find_task("cartpole_swing_up");
    FAIL() << "found a task that does not exist";
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("did you mean \"cartpole_swingup\"?"));
  }
  try {
    find_task("xyzzy");
    FAIL() << "found a task that does not exist";
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("the tasks are acrobot_swingup, "));
  }
}

}  // namespace
}  // namespace vrkn
