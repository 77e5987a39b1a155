// Builds of LibTorch let the whole process see the LLVM inside them (pytorch/pytorch#96060). Mesa's software renderer
// has one of its own, of another version; where it meets the first it crashes. This program plays the part of such a
// LibTorch: it exports functions of LLVM, which nobody may call.

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/env/mujoco/physics.h"
#include "vrkn/env/mujoco/renderer.h"

namespace {
std::set<std::string> called;  // by C functions, so there is no other place for it
}  // namespace

extern "C" {
void LLVMAddSymbol(const char* /*name*/, void* /*address*/) {
  called.insert(__func__);
}
void LLVMInitializeX86TargetInfo() {
  called.insert(__func__);
}
void LLVMInitializeX86Target() {
  called.insert(__func__);
}
void LLVMInitializeX86TargetMC() {
  called.insert(__func__);
}
void LLVMInitializeX86AsmPrinter() {
  called.insert(__func__);
}
}

namespace vrkn {
namespace {

// One backend per process: EGL and OSMesa cannot be mixed.
void expect_to_draw_apart(std::string_view backend) {
  const env::SharedModel model = env::load_model("cartpole");
  env::Physics physics(model);
  env::Renderer renderer(*model, backend);
  const Image image = renderer.render(*model, physics.data(), 0, 64, 64);
  EXPECT_GE(std::set<uint8_t>(image.pixels.begin(), image.pixels.end()).size(), 20u);
  EXPECT_EQ(called, std::set<std::string>{}) << renderer.driver();
}

TEST(ForeignLlvm, IsNotMetByMesaThroughEgl) {
  expect_to_draw_apart("egl-surfaceless");
}

TEST(ForeignLlvm, IsNotMetByMesaOffScreen) {
  try {
    expect_to_draw_apart("osmesa");
  } catch (const SimulationError& error) {
    if (std::string(error.what()).find("is not installed") == std::string::npos) throw;
    GTEST_SKIP() << error.what();
  }
}

}  // namespace
}  // namespace vrkn
