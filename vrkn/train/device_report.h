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

/// Sets how many threads tensor operations use; 0: one per processor this process may run on. LibTorch by itself may
/// start with one.
void set_threads(int64_t count);

}  // namespace vrkn
