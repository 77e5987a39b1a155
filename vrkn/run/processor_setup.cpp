#include "vrkn/run/processor_setup.h"

#include <sched.h>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <torch/cuda.h>
#include <torch/version.h>

#include "vrkn/kernel/device_stream.h"
#include "vrkn/math/tensor_heap.h"

namespace vrkn::run {

DeviceReport report_devices() {
  DeviceReport report{.libtorch = TORCH_VERSION,
                      .onednn = at::hasMKLDNN(),
                      .threads = at::get_num_threads(),
                      .cuda = {},
                      .cuda_kernels = kernel::has_cuda_kernels()};
  const auto devices = static_cast<int64_t>(torch::cuda::device_count());
  for (int64_t i = 0; i < devices; ++i) report.cuda.push_back("cuda:" + std::to_string(i));
  return report;
}

int64_t thread_count(int64_t wanted) {
  if (wanted > 0) return wanted;
  cpu_set_t allowed;
  return sched_getaffinity(0, sizeof(allowed), &allowed) == 0 ? CPU_COUNT(&allowed) : 1;
}

void set_up_processor(const ExperimentConfig& config) {
  at::set_num_threads(static_cast<int>(thread_count(config.threads)));
  at::globalContext().setUserEnabledMkldnn(config.onednn);
  at::globalContext().setAllowTF32CuBLAS(config.cuda.tf32);
  at::globalContext().setAllowTF32CuDNN(config.cuda.tf32);
  math::keep_tensor_memory();
}

}  // namespace vrkn::run
