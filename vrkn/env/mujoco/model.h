#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <mujoco/mujoco.h>

namespace vrkn::env {

/// A compiled scene. Read by any number of simulations and threads at once, written by none.
using SharedModel = std::shared_ptr<const mjModel>;

struct DataDeleter {
  void operator()(mjData* data) const { mj_deleteData(data); }
};
/// The state of one simulation; belongs to one thread at a time.
using OwnedData = std::unique_ptr<mjData, DataDeleter>;

/// Compiles the MJCF text `mjcf`; it may include any file of assets() by its name.
/// Throws DataError with the compiler's message when the text is no valid scene.
SharedModel compile_model(std::string_view mjcf);

/// Compiles the asset "<name>.xml". Throws ConfigError when there is none of that name.
SharedModel load_model(std::string_view name);

/// A fresh state of `model`. Throws SimulationError when MuJoCo cannot make one.
OwnedData make_data(const mjModel& model);

}  // namespace vrkn::env
