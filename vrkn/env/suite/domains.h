#pragma once

#include <vector>

#include "vrkn/env/suite/task.h"

// The tasks of every domain of the control suite, each defined in <domain>.cpp.
namespace vrkn::env {

/// acrobot_swingup, acrobot_swingup_sparse.
std::vector<SuiteTask> acrobot_tasks();
/// ball_in_cup_catch.
std::vector<SuiteTask> ball_in_cup_tasks();
/// cartpole_balance, cartpole_balance_sparse, cartpole_swingup, cartpole_swingup_sparse.
std::vector<SuiteTask> cartpole_tasks();
/// cheetah_run.
std::vector<SuiteTask> cheetah_tasks();
/// finger_spin, finger_turn_easy, finger_turn_hard.
std::vector<SuiteTask> finger_tasks();
/// fish_swim.
std::vector<SuiteTask> fish_tasks();
/// hopper_stand, hopper_hop.
std::vector<SuiteTask> hopper_tasks();
/// pendulum_swingup.
std::vector<SuiteTask> pendulum_tasks();
/// point_mass_easy.
std::vector<SuiteTask> point_mass_tasks();
/// reacher_easy, reacher_hard.
std::vector<SuiteTask> reacher_tasks();
/// swimmer_swimmer6.
std::vector<SuiteTask> swimmer_tasks();
/// walker_stand, walker_walk, walker_run.
std::vector<SuiteTask> walker_tasks();

}  // namespace vrkn::env
