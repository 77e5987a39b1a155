#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include <mujoco/mujoco.h>

#include "vrkn/core/image.h"
#include "vrkn/env/mujoco/gl_context.h"

namespace vrkn::env {

/// How much work goes into a picture.
enum class PictureQuality {
  kSuite,  ///< as dm_control 1.0.7: 4 samples per pixel, shadows, sky and reflections
  kFast,   ///< the same without shadows, which cost most of a small picture; docs/performance.md
};

/// Draws one scene off screen as dm_control 1.0.7 does, without decorations.
///
/// Several renderers may be at work in several threads; each belongs to one thread at a time and may change threads
/// between calls. Those of a software driver draw one after the other (draws_in_one_thread). Pictures of Mesa's
/// software drivers are equal, bit for bit, from run to run; those of graphics cards nearly.
class Renderer {
 public:
  /// `backend` as in make_gl_context, which tells what is thrown.
  Renderer(const mjModel& model, std::string_view backend, PictureQuality quality = PictureQuality::kSuite);
  ~Renderer();
  Renderer(const Renderer&) = delete;
  Renderer& operator=(const Renderer&) = delete;

  /// The scene as camera number `camera` sees it. `model` and `data` must belong to the model of the constructor;
  /// nothing of the state is changed (MuJoCo borrows scratch memory from `data`). Throws ConfigError when the picture
  /// does not fit into the model's off-screen buffer (usually 480 x 640) or is empty.
  Image render(const mjModel& model, mjData& data, int camera, int height, int width);

  /// The graphics driver's own name, such as "llvmpipe (LLVM 15.0.6, 256 bits)".
  const std::string& driver() const { return driver_; }

 private:
  void make_buffers(const mjModel& model, int height, int width);
  void free_buffers();
  std::unique_lock<std::mutex> wait_for_driver() const;

  std::unique_ptr<GlContext> context_;
  PictureQuality quality_;
  mjvOption options_;
  mjvScene scene_;
  mjrContext buffers_;  // as large as the largest picture so far: a frame's cost grows with the buffer's size
  bool has_buffers_ = false;
  std::string driver_;
};

}  // namespace vrkn::env
