#pragma once

struct CUstream_st;  // what a cudaStream_t points to

namespace vrkn::kernel {

/// Where a kernel runs. On the processor: at once, in the calling thread, over arrays in the host's memory. On the
/// current CUDA device: after what was put on the stream before, over arrays in the device's memory, and the caller
/// does not wait for it.
struct DeviceStream {
  bool on_cuda = false;
  CUstream_st* stream = nullptr;  ///< of the device; null: its default stream
};

/// Whether this program has kernels for CUDA devices. It was built with them where LibTorch has CUDA and nvcc was
/// found.
bool has_cuda_kernels();

}  // namespace vrkn::kernel
