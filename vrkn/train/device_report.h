#pragma once

#include <string>
#include <vector>

namespace vrkn {

/// What LibTorch can use here.
struct DeviceReport {
  std::string libtorch;           ///< version
  bool onednn = false;            ///< fast convolutions on the processor
  int threads = 0;                ///< that tensor operations use
  std::vector<std::string> cuda;  ///< one line per CUDA device
};

DeviceReport report_devices();

/// How many threads the configured number `wanted` stands for: itself, and for 0 one per processor this process may run
/// on.
int64_t thread_count(int64_t wanted);

/// To be called before the first tensor operation of a program that computes: sets how many threads these use,
/// thread_count(wanted), because LibTorch by itself may start with one, and keep_tensor_memory().
void set_up_processor(int64_t wanted_threads);

}  // namespace vrkn
