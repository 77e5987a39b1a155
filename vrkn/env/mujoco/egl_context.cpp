#include "vrkn/env/mujoco/egl_context.h"

#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "vrkn/core/error.h"
#include "vrkn/env/mujoco/dynamic_library.h"

namespace vrkn::env {
namespace {

// Types and constants of EGL 1.5 and of its extensions EGL_EXT_device_enumeration, EGL_EXT_platform_device and
// EGL_MESA_platform_surfaceless (Khronos EGL registry): the machine that compiles need not have EGL's headers.
using Handle = void*;
using Boolean = unsigned;
using Enum = unsigned;
constexpr int kSurfaceType = 0x3033;           // EGL_SURFACE_TYPE
constexpr int kPbufferBit = 0x0001;            // EGL_PBUFFER_BIT
constexpr int kRenderableType = 0x3040;        // EGL_RENDERABLE_TYPE
constexpr int kOpenGlBit = 0x0008;             // EGL_OPENGL_BIT
constexpr int kRedSize = 0x3024;               // EGL_RED_SIZE
constexpr int kGreenSize = 0x3023;             // EGL_GREEN_SIZE
constexpr int kBlueSize = 0x3022;              // EGL_BLUE_SIZE
constexpr int kDepthSize = 0x3025;             // EGL_DEPTH_SIZE
constexpr int kNone = 0x3038;                  // EGL_NONE
constexpr Enum kOpenGlApi = 0x30A2;            // EGL_OPENGL_API
constexpr Enum kPlatformDevice = 0x313F;       // EGL_PLATFORM_DEVICE_EXT
constexpr Enum kPlatformSurfaceless = 0x31DD;  // EGL_PLATFORM_SURFACELESS_MESA
constexpr unsigned kGlRenderer = 0x1F01;       // GL_RENDERER
using QueryDevices = Boolean (*)(int max_devices, Handle* devices, int* count);
using GetPlatformDisplay = Handle (*)(Enum platform, void* native_display, const int* attributes);

// EGL opens Mesa by itself, too late to be told where Mesa shall look for LLVM (DynamicLibrary). Until Mesa 24 the
// renderer is in a library of its own, which the part for EGL opens.
DynamicLibrary open_egl() {
  const std::string mesa_folder = DynamicLibrary::open_before_others("libEGL_mesa.so.0");
  if (!mesa_folder.empty()) DynamicLibrary::open_before_others(mesa_folder + "/dri/swrast_dri.so");
  return DynamicLibrary{"libEGL.so.1", "libEGL.so"};
}

// The part of EGL that is used here.
struct Egl {
  DynamicLibrary library = open_egl();
  void* (*get_address)(const char* name);
  int (*get_error)();
  Boolean (*initialize)(Handle display, int* major, int* minor);
  Boolean (*bind_api)(Enum api);
  Boolean (*choose_config)(Handle display, const int* attributes, Handle* configs, int size, int* count);
  Handle (*create_context)(Handle display, Handle config, Handle shared, const int* attributes);
  Boolean (*destroy_context)(Handle display, Handle context);
  Boolean (*make_current)(Handle display, Handle draw, Handle read, Handle context);

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
  EglContext(const Egl& egl, Handle display) : egl_(egl), display_(display) {
    // A display belongs to the whole process: it is never terminated, since other contexts may be using it.
    if (display == nullptr || !egl_.initialize(display, nullptr, nullptr)) egl_.fail("no display");
    if (!egl_.bind_api(kOpenGlApi)) egl_.fail("no desktop OpenGL");
    constexpr std::array<int, 13> wanted = {kSurfaceType, kPbufferBit, kRenderableType, kOpenGlBit, kRedSize,   8,
                                            kGreenSize,   8,           kBlueSize,       8,          kDepthSize, 24,
                                            kNone};
    Handle config = nullptr;
    int count = 0;
    if (!egl_.choose_config(display, wanted.data(), &config, 1, &count) || count == 0) {
      egl_.fail("no frame buffer format");
    }
    context_ = egl_.create_context(display, config, nullptr, nullptr);
    if (context_ == nullptr) egl_.fail("no context");
  }

  ~EglContext() override { egl_.destroy_context(display_, context_); }
  EglContext(const EglContext&) = delete;
  EglContext& operator=(const EglContext&) = delete;

  void make_current() override {
    // Which API is bound is a property of the thread, so it is set here and not once.
    egl_.bind_api(kOpenGlApi);
    if (!egl_.make_current(display_, nullptr, nullptr, context_)) {
      egl_.fail("the context cannot be made current");
    }
  }

  void release() override { egl_.make_current(display_, nullptr, nullptr, nullptr); }

  std::string renderer_name() const override {
    using GetString = const unsigned char* (*)(unsigned);
    const auto* name = egl_.extension<GetString>("glGetString")(kGlRenderer);
    return name == nullptr ? "unknown" : reinterpret_cast<const char*>(name);
  }

 private:
  Egl egl_;
  Handle display_;
  Handle context_ = nullptr;
};

// Made and tried once: some displays give a context that cannot be made current.
std::unique_ptr<GlContext> make_working_context(const Egl& egl, Handle display) {
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
  const auto query_devices = egl.extension<QueryDevices>("eglQueryDevicesEXT");
  const auto get_display = egl.extension<GetPlatformDisplay>("eglGetPlatformDisplayEXT");
  int count = 0;
  if (query_devices(0, nullptr, &count) == 0 || count == 0) throw SimulationError("no EGL device");
  std::vector<Handle> devices(static_cast<size_t>(count));
  query_devices(count, devices.data(), &count);

  std::string failures;
  for (int i = 0; i < count; ++i) {
    try {
      return make_working_context(egl, get_display(kPlatformDevice, devices[static_cast<size_t>(i)], nullptr));
    } catch (const SimulationError& error) {
      failures += (i == 0 ? "device " : ", device ") + std::to_string(i) + ": " + error.what();
    }
  }
  throw SimulationError(failures);
}

std::unique_ptr<GlContext> make_egl_surfaceless_context() {
  const Egl egl;
  const auto get_display = egl.extension<GetPlatformDisplay>("eglGetPlatformDisplayEXT");
  return make_working_context(egl, get_display(kPlatformSurfaceless, nullptr, nullptr));
}

}  // namespace vrkn::env
