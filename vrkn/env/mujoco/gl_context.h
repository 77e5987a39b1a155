#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace vrkn::env {

/// An OpenGL context without a window. At most one is current in a thread, and a context in one thread.
class GlContext {
 public:
  virtual ~GlContext() = default;

  /// Makes this the calling thread's context. Throws SimulationError when the driver refuses.
  virtual void make_current() = 0;
  /// Leaves the calling thread without a context, so that another thread may take this one.
  virtual void release() = 0;
  /// The driver's own name, GL_RENDERER. The context must be current.
  virtual std::string renderer_name() const = 0;
};

/// Makes a context of the kind `choice`:
///   "egl-device"       a graphics card (or Mesa's software device), without any display server
///   "egl-surfaceless"  Mesa without a display
///   "osmesa"           Mesa's off-screen library, loaded when asked for; software only
///   "auto"             the first of these that works, in this order
/// Throws ConfigError when `choice` is none of these, SimulationError naming what was tried, and why each failed, when
/// none works.
///
/// Sets LP_NUM_THREADS to 0 in the process's environment unless it is set: Mesa's software driver then draws in the
/// calling thread. With threads of its own it can damage memory (docs/robustness.md).
///
/// EGL and OSMesa cannot be mixed: the first context made decides for the process, and the other's fail from then on.
std::unique_ptr<GlContext> make_gl_context(std::string_view choice);

/// Whether a process may draw in one thread at a time only with the driver of this name (GL_RENDERER): so with Mesa's
/// software drivers, whose contexts read each other's lists without locks.
bool draws_in_one_thread(std::string_view renderer_name);

}  // namespace vrkn::env
