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
  bool cuda_kernels = false;      ///< whether this program has kernels of its own for CUDA devices
};

DeviceReport report_devices();

/// How many threads the configured number `wanted` stands for: itself, and for 0 one per processor this process may run
/// on.
int64_t thread_count(int64_t wanted);

/// To be called before the first tensor operation of a program that computes: sets how many threads these use,
/// thread_count(wanted), because LibTorch by itself may start with one, and keep_tensor_memory(). `tf32`: whether CUDA
/// devices may cut the float32 numbers that they multiply to 11 significant bits; LibTorch by itself does so in
/// convolutions.
void set_up_processor(int64_t wanted_threads, bool tf32 = false);

}  // namespace vrkn
