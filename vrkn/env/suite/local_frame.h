#pragma once

#include <array>

#include <mujoco/mujoco.h>

namespace vrkn::env {

/// The vector `world` in the frame whose axes are the columns of `axes`, [3, 3] row by row.
inline std::array<double, 3> in_local_frame(const double* axes, const std::array<double, 3>& world) {
  std::array<double, 3> local{};
#if mjVERSION_HEADER >= 300
  mju_mulMatTVec3(local.data(), axes, world.data());
#else
  mju_rotVecMatT(local.data(), world.data(), axes);
#endif
  return local;
}

}  // namespace vrkn::env
