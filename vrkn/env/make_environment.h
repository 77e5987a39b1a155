#pragma once

#include <memory>

#include "vrkn/env/environment.h"
#include "vrkn/env/environment_config.h"
#include "vrkn/env/environment_pool.h"

namespace vrkn::env {

/// The world that `config` describes, with its conditions around it. Nothing is drawn before the first picture is
/// wanted. Throws ConfigError as EnvironmentConfig::validate, when a number is out of its range, and for a world of a
/// program's own (own_world.h).
///
/// The conditions from the inside out, in the order in which they happen on the way from the world to the agent:
///
///   action repeat        so that everything else happens once per agent step
///   transition noise     on the action that is then repeated
///   occlusion            stands before the camera
///   sensor noise         arises in the sensor, of what it sees, occluders included
///   schedule             when the sensor reads at all
///   dropout              which readings get lost: a lost one is not made up for, the schedule goes on
///   delay                how late readings arrive, missing ones included
std::unique_ptr<Environment> make_environment(const EnvironmentConfig& config);

/// The conditions of `config` around a world that acts once per agent step, such as one of a program's own: all of them
/// but the action repeat. Throws ConfigError when there are conditions for a sensor that the world has not, and when a
/// number is out of its range.
std::unique_ptr<Environment> with_conditions(std::unique_ptr<Environment> world, const EnvironmentConfig& config);

/// `count` of these worlds, which work on `threads` threads. Throws as make_environment and EnvironmentPool.
EnvironmentPool make_environment_pool(const EnvironmentConfig& config, int64_t count, int64_t threads);

}  // namespace vrkn::env
