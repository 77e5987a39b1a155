#pragma once

#include <string>
#include <vector>

#include "vrkn/run/experiment_config.h"

namespace vrkn::run {

/// What LibTorch can use here.
struct DeviceReport {
  std::string libtorch;           ///< version
  bool onednn = false;            ///< fast convolutions on the processor
  int threads = 0;                ///< that tensor operations use
  std::vector<std::string> cuda;  ///< one line per CUDA device
  bool cuda_kernels = false;      ///< whether this program has kernels of its own for CUDA devices
};

/// What LibTorch can use in this process.
DeviceReport report_devices();

/// How many threads the configured number `wanted` stands for: itself, and for 0 one per processor this process may run
/// on.
int64_t thread_count(int64_t wanted);

/// To be called before the first tensor operation of a program that computes: as `config` says how many threads these
/// use, because LibTorch by itself may start with one; whether oneDNN multiplies and convolves on the CPU; and whether
/// CUDA devices may cut the float32 numbers that they multiply to 11 significant bits, which LibTorch by itself does in
/// convolutions. And keep_tensor_memory().
void set_up_processor(const ExperimentConfig& config = {});

}  // namespace vrkn::run
