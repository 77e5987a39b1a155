#include "vrkn/env/mujoco/renderer.h"

#include <algorithm>
#include <mutex>

#include "vrkn/core/error.h"

namespace vrkn::env {
namespace {

constexpr int kMostGeoms = 1000;  // as dm_control

// The thread's context for as long as this lives.
class Current {
 public:
  explicit Current(GlContext& context) : context_(context) { context_.make_current(); }
  ~Current() { context_.release(); }
  Current(const Current&) = delete;
  Current& operator=(const Current&) = delete;

 private:
  GlContext& context_;
};

// Contexts of Mesa's software driver share a screen, and whoever draws reads the lists of all its contexts without a
// lock (llvmpipe_flush_resource in its lp_flush.c): two threads that draw at once may crash.
// docs/robustness.md#drawing-in-several-threads.
std::mutex& software_driver() {
  static std::mutex mutex;
  return mutex;
}

// MuJoCo looks up OpenGL's functions into variables of its own when buffers are made.
std::mutex& function_table() {
  static std::mutex mutex;
  return mutex;
}

}  // namespace

Renderer::Renderer(const mjModel& model, std::string_view backend, PictureQuality quality) : quality_(quality) {
  {
    const std::lock_guard lock(software_driver());
    context_ = make_gl_context(backend);
    const Current current(*context_);
    driver_ = context_->renderer_name();
  }
  mjr_defaultContext(&buffers_);
  mjv_defaultOption(&options_);
  mjv_defaultScene(&scene_);
  mjv_makeScene(&model, &scene_, kMostGeoms);
}

Renderer::~Renderer() {
  mjv_freeScene(&scene_);
  const std::unique_lock lock = wait_for_driver();
  try {
    const Current current(*context_);
    free_buffers();
  } catch (const SimulationError&) {
    // The driver is gone, and what it held with it.
  }
  context_.reset();
}

std::unique_lock<std::mutex> Renderer::wait_for_driver() const {
  return draws_in_one_thread(driver_) ? std::unique_lock(software_driver()) : std::unique_lock<std::mutex>();
}

void Renderer::make_buffers(const mjModel& model, int height, int width) {
  mjModel sized = model;  // the arrays are shared, the sizes are our own
  sized.vis.global.offheight = has_buffers_ ? std::max(height, buffers_.offHeight) : height;
  sized.vis.global.offwidth = has_buffers_ ? std::max(width, buffers_.offWidth) : width;
  if (quality_ == PictureQuality::kFast) sized.vis.quality.shadowsize = 0;  // no shadows
  free_buffers();
  {
    const std::lock_guard lock(function_table());
    mjr_makeContext(&sized, &buffers_, mjFONTSCALE_100);
  }
  has_buffers_ = true;
  mjr_setBuffer(mjFB_OFFSCREEN, &buffers_);
  if (buffers_.currentBuffer != mjFB_OFFSCREEN) {
    free_buffers();
    throw SimulationError("the graphics driver " + driver_ + " has no off-screen buffers");
  }
}

void Renderer::free_buffers() {
  if (has_buffers_) mjr_freeContext(&buffers_);
  has_buffers_ = false;
}

Image Renderer::render(const mjModel& model, mjData& data, int camera, int height, int width) {
  const auto& largest = model.vis.global;
  if (height < 1 || width < 1 || height > largest.offheight || width > largest.offwidth) {
    throw ConfigError("a picture of " + std::to_string(height) + " x " + std::to_string(width) +
                      " pixels was asked for, but it must have from 1 x 1 to " + std::to_string(largest.offheight) +
                      " x " + std::to_string(largest.offwidth));
  }
  mjvCamera eye;
  mjv_defaultCamera(&eye);
  eye.type = mjCAMERA_FIXED;
  eye.fixedcamid = camera;

  const std::unique_lock lock = wait_for_driver();
  const Current current(*context_);
  if (!has_buffers_ || height > buffers_.offHeight || width > buffers_.offWidth) make_buffers(model, height, width);
  mjv_updateScene(&model, &data, &options_, nullptr, &eye, mjCAT_ALL, &scene_);
  const mjrRect view = {0, 0, width, height};
  mjr_render(view, &scene_, &buffers_);

  const size_t row_bytes = static_cast<size_t>(width) * 3;
  Image image{height, width, std::vector<uint8_t>(static_cast<size_t>(height) * row_bytes)};
  mjr_readPixels(image.pixels.data(), nullptr, view, &buffers_);
  // OpenGL counts rows from the bottom.
  for (int top = 0, bottom = height - 1; top < bottom; ++top, --bottom) {
    const auto upper = image.pixels.begin() + static_cast<ptrdiff_t>(row_bytes) * top;
    const auto lower = image.pixels.begin() + static_cast<ptrdiff_t>(row_bytes) * bottom;
    std::swap_ranges(upper, upper + static_cast<ptrdiff_t>(row_bytes), lower);
  }
  return image;
}

}  // namespace vrkn::env
