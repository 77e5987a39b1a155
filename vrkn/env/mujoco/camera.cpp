#include "vrkn/env/mujoco/camera.h"

#include <string>

#include "vrkn/core/error.h"

namespace vrkn::env {

int find_camera(const mjModel& model, std::string_view choice) {
  std::string listed;
  for (int camera = 0; camera < model.ncam; ++camera) {
    const char* name = mj_id2name(&model, mjOBJ_CAMERA, camera);  // null where it has none
    const std::string number = std::to_string(camera);
    if (choice == number || (name != nullptr && choice == name)) return camera;
    listed += (listed.empty() ? "" : ", ") + number + (name == nullptr ? "" : " (" + std::string(name) + ")");
  }
  throw ConfigError("camera is \"" + std::string(choice) + "\", but the scene has " +
                    (listed.empty() ? "none" : "only " + listed));
}

}  // namespace vrkn::env
