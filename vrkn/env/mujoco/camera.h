#pragma once

#include <string_view>

#include <mujoco/mujoco.h>

namespace vrkn::env {

/// The number of the camera `choice` in a scene: its name, or its number as text. Throws ConfigError naming the scene's
/// cameras when it has no such one.
int find_camera(const mjModel& model, std::string_view choice);

}  // namespace vrkn::env
