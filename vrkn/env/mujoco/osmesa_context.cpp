#include "vrkn/env/mujoco/osmesa_context.h"

#include <array>
#include <cstdint>
#include <string>

#include "vrkn/core/error.h"
#include "vrkn/env/mujoco/dynamic_library.h"

namespace vrkn::env {
namespace {

constexpr int kRgba = 0x1908;               // GL_RGBA
constexpr int kUnsignedByte = 0x1401;       // GL_UNSIGNED_BYTE
constexpr unsigned kRendererName = 0x1F01;  // GL_RENDERER
constexpr int kDepthBits = 24;
constexpr int kStencilBits = 8;

using Handle = void*;

struct OsMesa {
  DynamicLibrary library{"libOSMesa.so.8", "libOSMesa.so"};
  Handle (*create)(int format, int depth_bits, int stencil_bits, int accumulation_bits, Handle shared);
  void (*destroy)(Handle context);
  unsigned char (*make_current)(Handle context, void* buffer, int type, int width, int height);
  void* (*get_address)(const char* name);

  OsMesa() {
    library.find("OSMesaCreateContextExt", create);
    library.find("OSMesaDestroyContext", destroy);
    library.find("OSMesaMakeCurrent", make_current);
    library.find("OSMesaGetProcAddress", get_address);
  }
};

class OsMesaContext final : public GlContext {
 public:
  OsMesaContext() : context_(mesa_.create(kRgba, kDepthBits, kStencilBits, 0, nullptr)) {
    if (context_ == nullptr) throw SimulationError("no context");
    // From here on MuJoCo may look for OpenGL's functions, and must find them in this library.
    mesa_.library.make_global();
  }
  ~OsMesaContext() override { mesa_.destroy(context_); }
  OsMesaContext(const OsMesaContext&) = delete;
  OsMesaContext& operator=(const OsMesaContext&) = delete;

  void make_current() override {
    if (!mesa_.make_current(context_, window_.data(), kUnsignedByte, 1, 1))
      throw SimulationError("the context cannot be made current");
  }

  void release() override { mesa_.make_current(nullptr, nullptr, kUnsignedByte, 0, 0); }

  std::string renderer_name() const override {
    using GetString = const unsigned char* (*)(unsigned);
    const auto* name = reinterpret_cast<GetString>(mesa_.get_address("glGetString"))(kRendererName);
    return name == nullptr ? "unknown" : reinterpret_cast<const char*>(name);
  }

 private:
  OsMesa mesa_;
  Handle context_;
  std::array<uint8_t, 4> window_{};  // one pixel: pictures are drawn into MuJoCo's own off-screen buffer
};

}  // namespace

std::unique_ptr<GlContext> make_osmesa_context() {
  return std::make_unique<OsMesaContext>();
}

}  // namespace vrkn::env
