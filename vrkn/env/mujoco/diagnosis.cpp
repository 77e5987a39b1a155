#include "vrkn/env/mujoco/diagnosis.h"

#include <mujoco/mujoco.h>

#include "vrkn/env/mujoco/model.h"
#include "vrkn/env/mujoco/renderer.h"

namespace vrkn::env {

std::string mujoco_version() {
  return mj_versionString();
}

std::string describe_renderer(std::string_view backend) {
  const SharedModel model = load_model("cartpole");
  const OwnedData data = make_data(*model);
  mj_forward(model.get(), data.get());
  Renderer renderer(*model, backend);
  constexpr int kCamera = 0, kSide = 64;
  renderer.render(*model, *data, kCamera, kSide, kSide);
  return renderer.driver();
}

}  // namespace vrkn::env
