#include <cuda_runtime.h>
#include <string>

#include "vrkn/core/error.h"
#include "vrkn/kernel/fused_kernels.h"
#include "vrkn/kernel/grid.h"
#include "vrkn/kernel/kernels.h"

namespace vrkn::kernel {
namespace {

template <class Element>
__global__ void each_element(int64_t rows, int64_t size, Element f) {
  elements_of_thread(int64_t{blockIdx.x} * blockDim.x + threadIdx.x, int64_t{gridDim.x} * blockDim.x, rows, size, f);
}

/// A kernel per call, put on the stream. Each thread takes an element, of a sequence with all its steps.
struct Launches {
  template <class Element>
  static void elements(const DeviceStream& where, int64_t rows, int64_t size, const Element& f) {
    if (rows * size == 0) return;
    const Grid grid = grid_for(rows * size);
    each_element<<<static_cast<unsigned>(grid.blocks), static_cast<unsigned>(grid.threads_per_block), 0,
                   where.stream>>>(rows, size, f);
    if (const cudaError_t error = cudaGetLastError(); error != cudaSuccess) {
      throw Error("A CUDA kernel for [" + std::to_string(rows) + ", " + std::to_string(size) +
                  "] numbers could not be started: " + cudaGetErrorString(error));
    }
  }

  template <class Element>
  static void sequences(const DeviceStream& where, int64_t rows, const Element& f) {
    elements(where, rows, f.size, f);
  }
};

constexpr FusedKernels kKernels = fused_kernels<Launches>();

}  // namespace

const FusedKernels* const kCudaKernels = &kKernels;

}  // namespace vrkn::kernel
