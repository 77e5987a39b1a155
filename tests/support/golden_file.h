#pragma once

#include <filesystem>
#include <string>

#include <mujoco/mujoco.h>

#include "vrkn/core/file.h"

namespace vrkn {

/// The golden file `name` for the MuJoCo that is linked: of version 3 there are only those that differ from version 2.
inline std::string read_golden_file(const std::string& name) {
  const std::string of_version_3 = VRKN_GOLDEN_DIR "/mujoco-3/" + name;
  const bool differs = mjVERSION_HEADER >= 300 && std::filesystem::exists(of_version_3);
  return read_file(differs ? of_version_3 : VRKN_GOLDEN_DIR "/" + name);
}

}  // namespace vrkn
