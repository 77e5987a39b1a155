#include "vrkn/env/mujoco/gl_context.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <mutex>

#include "vrkn/core/error.h"
#include "vrkn/env/mujoco/egl_context.h"
#include "vrkn/env/mujoco/osmesa_context.h"

namespace vrkn::env {
namespace {

struct Backend {
  std::string_view name;
  std::string_view library;  // which implementation of OpenGL it belongs to
  std::unique_ptr<GlContext> (*make)();
};

constexpr std::array kBackends = {
    Backend{"egl-device", "EGL", make_egl_device_context},
    Backend{"egl-surfaceless", "EGL", make_egl_surfaceless_context},
    Backend{"osmesa", "OSMesa", make_osmesa_context},
};

// MuJoCo looks up OpenGL's functions once per process, and those of one library do not work in a context of the other.
std::unique_ptr<GlContext> make_unless_other_library(const Backend& backend) {
  static std::mutex mutex;
  static std::string_view library_in_use;
  const std::lock_guard lock(mutex);
  if (!library_in_use.empty() && library_in_use != backend.library) {
    throw SimulationError("this process draws through " + std::string(library_in_use) + " already");
  }
  // A drawing thread of Mesa's software driver may still hold the lock of a fence that the caller destroys: its
  // lp_fence_signalled reads without that lock. Without threads of its own it cannot. Whoever sets the variable
  // decides.
  ::setenv("LP_NUM_THREADS", "0", /*overwrite=*/0);
  std::unique_ptr<GlContext> context = backend.make();
  library_in_use = backend.library;
  return context;
}

}  // namespace

std::unique_ptr<GlContext> make_gl_context(std::string_view choice) {
  std::string failures;
  for (const Backend& backend : kBackends) {
    if (choice != "auto" && choice != backend.name) continue;
    try {
      return make_unless_other_library(backend);
    } catch (const SimulationError& error) {
      failures += (failures.empty() ? "" : "; ") + std::string(backend.name) + ": " + error.what();
    }
  }
  if (failures.empty()) {
    throw ConfigError("renderer is \"" + std::string(choice) +
                      "\", but must be one of auto, egl-device, egl-surfaceless, osmesa");
  }
  throw SimulationError("no picture can be rendered on this machine (" + failures + ")");
}

bool draws_in_one_thread(std::string_view renderer_name) {
  return std::ranges::any_of(std::array<std::string_view, 3>{"llvmpipe", "softpipe", "swrast"},
                             [&](std::string_view name) { return renderer_name.find(name) != std::string_view::npos; });
}

}  // namespace vrkn::env
