#include "vrkn/train/device_report.h"

#include <sched.h>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <torch/cuda.h>
#include <torch/version.h>

namespace vrkn {

DeviceReport report_devices() {
  DeviceReport report{
      .libtorch = TORCH_VERSION, .onednn = at::hasMKLDNN(), .threads = at::get_num_threads(), .cuda = {}};
  for (size_t i = 0; i < torch::cuda::device_count(); ++i) report.cuda.push_back("cuda:" + std::to_string(i));
  return report;
}

void set_threads(int64_t count) {
  if (count == 0) {
    cpu_set_t allowed;
    count = sched_getaffinity(0, sizeof(allowed), &allowed) == 0 ? CPU_COUNT(&allowed) : 1;
  }
  at::set_num_threads(static_cast<int>(count));
}

}  // namespace vrkn
