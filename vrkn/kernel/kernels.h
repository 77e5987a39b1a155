#pragma once

#include <cstdint>

#include "vrkn/core/processor.h"
#include "vrkn/kernel/recurrent.h"

// Inner loops over plain arrays, compiled once for every family of processors and, some, for CUDA devices. For the code
// of this module only: what others use stands in the headers beside it.
namespace vrkn::kernel {

/// Those of vrkn/kernel/recurrent.h for both types.
struct FusedKernels {
  RecurrentKernels<float> in_float;
  RecurrentKernels<double> in_double;
};

/// With them the functions of vrkn/kernel/philox.h.
struct Kernels {
  void (*words)(uint64_t key, uint64_t group, uint32_t* out, int64_t count);
  void (*uniform)(uint64_t key, uint64_t group, float* out, int64_t count);
  void (*normal)(uint64_t key, uint64_t group, float* out, int64_t count);
  void (*mask)(uint64_t key, uint64_t group, uint32_t threshold, float kept, float* out, int64_t count);
  FusedKernels fused;
};

extern const Kernels kBaselineKernels;
extern const Kernels kAvx2Kernels;    // on x86-64 only
extern const Kernels kAvx512Kernels;  // on x86-64 only
/// For CUDA devices; null in programs without.
extern const FusedKernels* const kCudaKernels;

/// The loops for a family, which this program's processor must belong to or surpass.
const Kernels& kernels_for(ProcessorFamily family);

/// The loops for this program's processor.
const Kernels& kernels();

}  // namespace vrkn::kernel
