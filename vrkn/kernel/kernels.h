#pragma once

#include <cstdint>

#include "vrkn/core/processor.h"
#include "vrkn/kernel/device_stream.h"
#include "vrkn/kernel/recurrent.h"
#include "vrkn/kernel/smoother.h"

// Inner loops over plain arrays, compiled once for every family of processors and, some, for CUDA devices. For the code
// of this module only: what others use stands in the headers beside it.
namespace vrkn::kernel {

/// The functions of vrkn/kernel/recurrent.h and vrkn/kernel/smoother.h.
template <class Real>
struct RecurrentKernels {
  decltype(&vrkn::kernel::gru_forward<Real>) gru_forward;
  decltype(&vrkn::kernel::gru_backward<Real>) gru_backward;
  decltype(&vrkn::kernel::predict_forward<Real>) predict_forward;
  decltype(&vrkn::kernel::predict_backward<Real>) predict_backward;
  decltype(&vrkn::kernel::imagine_forward<Real>) imagine_forward;
  decltype(&vrkn::kernel::imagine_backward<Real>) imagine_backward;
  decltype(&vrkn::kernel::update_forward<Real>) update_forward;
  decltype(&vrkn::kernel::update_backward<Real>) update_backward;
  decltype(&vrkn::kernel::smooth_forward<Real>) smooth_forward;
  decltype(&vrkn::kernel::smooth_backward<Real>) smooth_backward;
};

/// Those for both types.
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

/// The kernels for a device. Throws Error for one on a CUDA device in a program without such.
const FusedKernels& kernels_for_stream(const DeviceStream& where);

}  // namespace vrkn::kernel
