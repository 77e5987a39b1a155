#pragma once

#include <memory>

#include "vrkn/env/mujoco/gl_context.h"

namespace vrkn::env {

/// A context on the first EGL device that gives one. Throws SimulationError when none does.
std::unique_ptr<GlContext> make_egl_device_context();

/// A context on Mesa's surfaceless platform. Throws SimulationError when there is none.
std::unique_ptr<GlContext> make_egl_surfaceless_context();

}  // namespace vrkn::env
