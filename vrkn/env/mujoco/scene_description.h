#pragma once

#include <mujoco/mujoco.h>
#include <nlohmann/json_fwd.hpp>

namespace vrkn::env {

/// The figures of a compiled scene in the layout of tests/golden/<scene>_model.json: for tests.
nlohmann::json describe(const mjModel& model);

}  // namespace vrkn::env
