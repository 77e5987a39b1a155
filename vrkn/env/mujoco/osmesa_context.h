#pragma once

#include <memory>

#include "vrkn/env/mujoco/gl_context.h"

namespace vrkn::env {

/// A context of Mesa's off-screen library. Throws SimulationError when the library is not installed.
std::unique_ptr<GlContext> make_osmesa_context();

}  // namespace vrkn::env
