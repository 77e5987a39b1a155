#include "vrkn/env/mujoco/egl_context.h"

#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include <EGL/egl.h>
#include <EGL/eglext.h>

#include "vrkn/core/error.h"
#include "vrkn/env/mujoco/dynamic_library.h"

namespace vrkn::env {
namespace {

constexpr unsigned kGlRenderer = 0x1F01;  // GL_RENDERER

// EGL opens Mesa by itself, too late to be told where Mesa shall look for LLVM (DynamicLibrary). Until Mesa 24 the
// renderer is in a library of its own, which the part for EGL opens.
DynamicLibrary open_egl() {
  const std::string mesa_folder = DynamicLibrary::open_before_others("libEGL_mesa.so.0");
  if (!mesa_folder.empty()) DynamicLibrary::open_before_others(mesa_folder + "/dri/swrast_dri.so");
  return DynamicLibrary{"libEGL.so.1", "libEGL.so"};
}

// The part of EGL that is used here; the header serves for types and constants only.
struct Egl {
  DynamicLibrary library = open_egl();
  decltype(eglGetProcAddress)* get_address;
  decltype(eglGetError)* get_error;
  decltype(eglInitialize)* initialize;
  decltype(eglBindAPI)* bind_api;
  decltype(eglChooseConfig)* choose_config;
  decltype(eglCreateContext)* create_context;
  decltype(eglDestroyContext)* destroy_context;
  decltype(eglMakeCurrent)* make_current;

  Egl() {
    library.find("eglGetProcAddress", get_address);
    library.find("eglGetError", get_error);
    library.find("eglInitialize", initialize);
    library.find("eglBindAPI", bind_api);
    library.find("eglChooseConfig", choose_config);
    library.find("eglCreateContext", create_context);
    library.find("eglDestroyContext", destroy_context);
    library.find("eglMakeCurrent", make_current);
  }

  template <class Function>
  Function extension(const char* name) const {
    auto* function = reinterpret_cast<Function>(get_address(name));
    if (function == nullptr) throw SimulationError(std::string("the EGL library has no ") + name);
    return function;
  }

  [[noreturn]] void fail(const std::string& what) const {
    std::array<char, 16> code{};
    std::snprintf(code.data(), code.size(), "0x%04x", static_cast<unsigned>(get_error()));
    throw SimulationError(what + " (EGL error " + code.data() + ")");
  }
};

class EglContext final : public GlContext {
 public:
  EglContext(const Egl& egl, EGLDisplay display) : egl_(egl), display_(display) {
    // A display belongs to the whole process: it is never terminated, since other contexts may be using it.
    if (display == EGL_NO_DISPLAY || egl_.initialize(display, nullptr, nullptr) == EGL_FALSE) egl_.fail("no display");
    if (egl_.bind_api(EGL_OPENGL_API) == EGL_FALSE) egl_.fail("no desktop OpenGL");
    constexpr std::array<EGLint, 13> wanted = {EGL_SURFACE_TYPE,
                                               EGL_PBUFFER_BIT,
                                               EGL_RENDERABLE_TYPE,
                                               EGL_OPENGL_BIT,
                                               EGL_RED_SIZE,
                                               8,
                                               EGL_GREEN_SIZE,
                                               8,
                                               EGL_BLUE_SIZE,
                                               8,
                                               EGL_DEPTH_SIZE,
                                               24,
                                               EGL_NONE};
    EGLConfig config = nullptr;
    EGLint count = 0;
    if (egl_.choose_config(display, wanted.data(), &config, 1, &count) == EGL_FALSE || count == 0) {
      egl_.fail("no frame buffer format");
    }
    context_ = egl_.create_context(display, config, EGL_NO_CONTEXT, nullptr);
    if (context_ == EGL_NO_CONTEXT) egl_.fail("no context");
  }

  ~EglContext() override { egl_.destroy_context(display_, context_); }
  EglContext(const EglContext&) = delete;
  EglContext& operator=(const EglContext&) = delete;

  void make_current() override {
    // Which API is bound is a property of the thread, so it is set here and not once.
    egl_.bind_api(EGL_OPENGL_API);
    if (egl_.make_current(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, context_) == EGL_FALSE) {
      egl_.fail("the context cannot be made current");
    }
  }

  void release() override { egl_.make_current(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT); }

  std::string renderer_name() const override {
    using GetString = const unsigned char* (*)(unsigned);
    const auto* name = egl_.extension<GetString>("glGetString")(kGlRenderer);
    return name == nullptr ? "unknown" : reinterpret_cast<const char*>(name);
  }

 private:
  Egl egl_;
  EGLDisplay display_;
  EGLContext context_ = EGL_NO_CONTEXT;
};

// Made and tried once: some displays give a context that cannot be made current.
std::unique_ptr<GlContext> make_working_context(const Egl& egl, EGLDisplay display) {
  auto context = std::make_unique<EglContext>(egl, display);
  context->make_current();
  context->release();
  // From here on MuJoCo may look for OpenGL's functions, and must find them through EGL.
  egl.library.make_global();
  return context;
}

}  // namespace

std::unique_ptr<GlContext> make_egl_device_context() {
  const Egl egl;
  const auto query_devices = egl.extension<PFNEGLQUERYDEVICESEXTPROC>("eglQueryDevicesEXT");
  const auto get_display = egl.extension<PFNEGLGETPLATFORMDISPLAYEXTPROC>("eglGetPlatformDisplayEXT");
  EGLint count = 0;
  if (query_devices(0, nullptr, &count) == EGL_FALSE || count == 0) throw SimulationError("no EGL device");
  std::vector<EGLDeviceEXT> devices(static_cast<size_t>(count));
  query_devices(count, devices.data(), &count);

  std::string failures;
  for (EGLint i = 0; i < count; ++i) {
    try {
      return make_working_context(egl, get_display(EGL_PLATFORM_DEVICE_EXT, devices[static_cast<size_t>(i)], nullptr));
    } catch (const SimulationError& error) {
      failures += (i == 0 ? "device " : ", device ") + std::to_string(i) + ": " + error.what();
    }
  }
  throw SimulationError(failures);
}

std::unique_ptr<GlContext> make_egl_surfaceless_context() {
  const Egl egl;
  const auto get_display = egl.extension<PFNEGLGETPLATFORMDISPLAYEXTPROC>("eglGetPlatformDisplayEXT");
  return make_working_context(egl, get_display(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr));
}

}  // namespace vrkn::env
