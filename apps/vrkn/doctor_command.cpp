#include <thread>

#include <fmt/format.h>

#include "apps/vrkn/commands.h"
#include "vrkn/core/error.h"
#include "vrkn/core/version.h"
#include "vrkn/env/mujoco/diagnosis.h"
#include "vrkn/math/blas.h"
#include "vrkn/math/product.h"
#include "vrkn/run/processor_setup.h"
#include "vrkn/run/system_report.h"

namespace vrkn::app {
namespace {

void print_line(std::string_view what, std::string_view value) {
  fmt::print("{:<12}{}\n", what, value);
}

std::string renderer_line() {
  try {
    return env::describe_renderer("auto");
  } catch (const Error& error) {
    return fmt::format("none: {}", error.what());
  }
}

void diagnose() {
  run::set_up_processor();
  const run::DeviceReport devices = run::report_devices();
  print_line("vrkn", fmt::format("{} ({})", version(), commit()));
  print_line("LibTorch", devices.libtorch);
  print_line("MuJoCo", env::mujoco_version());
  const math::BlasReport blas = math::measure_blas();
  print_line("BLAS", fmt::format("{}{}, {:.0f} GFLOP/s (float32 product of 1024 x 1024)", blas.library,
                                 blas.kernels.empty() ? "" : ", kernels for " + blas.kernels, blas.gflops));
  if (blas.slow) {
    print_line("",
               "WARNING: this BLAS is slow; install libopenblas0-openmp and see update-alternatives --list "
               "libblas.so.3-x86_64-linux-gnu");
  }
  print_line("oneDNN", !devices.onednn             ? "no: convolutions will be slow"
                       : math::onednn_multiplies() ? "convolutions, and products of float32 matrices"
                                                   : "convolutions");
  print_line("renderer", renderer_line());
  print_line("processor", run::processor_name());
  print_line("threads", fmt::format("{} of {}", devices.threads, std::thread::hardware_concurrency()));
  if (devices.cuda.empty()) print_line("CUDA", "no device");
  for (const std::string& device : devices.cuda) print_line("CUDA", device);
  if (devices.cuda_kernels) {
    print_line("", "with kernels for the steps of the recurrences");
  } else if (!devices.cuda.empty()) {
    print_line("", "without kernels for the steps of the recurrences: built without nvcc 12; see docs/gpu.md");
  }
}

}  // namespace

void add_doctor_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("doctor", "Tell what this machine has and how fast it is");
  command->footer("Example:\n  vrkn doctor");
  command->callback(diagnose);
}

}  // namespace vrkn::app
