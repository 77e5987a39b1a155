#pragma once

#include <string>
#include <string_view>

namespace vrkn::env {

/// The version of the MuJoCo library in use.
std::string mujoco_version();

/// What draws pictures here: the driver's name, after one picture was really drawn with `backend` (Renderer). Throws
/// SimulationError when nothing works.
std::string describe_renderer(std::string_view backend);

}  // namespace vrkn::env
