#include "vrkn/kernel/kernels.h"

#include "vrkn/core/error.h"

namespace vrkn::kernel {
const Kernels& kernels_for(ProcessorFamily family) {
#ifdef __x86_64__
  if (family == ProcessorFamily::kAvx512) return kAvx512Kernels;
  if (family == ProcessorFamily::kAvx2) return kAvx2Kernels;
#endif
  (void)family;
  return kBaselineKernels;
}

const Kernels& kernels() {
  static const Kernels& chosen = kernels_for(processor_family());
  return chosen;
}

template <class Real>
const RecurrentKernels<Real>& kernels_for(const DeviceStream& where) {
  if (where.on_cuda && kCudaKernels == nullptr) {
    throw Error("This program was built without kernels for CUDA devices");
  }
  const FusedKernels& found = where.on_cuda ? *kCudaKernels : kernels().fused;
  if constexpr (sizeof(Real) == sizeof(float)) {
    return found.in_float;
  } else {
    return found.in_double;
  }
}
template const RecurrentKernels<float>& kernels_for<float>(const DeviceStream& where);
template const RecurrentKernels<double>& kernels_for<double>(const DeviceStream& where);

bool has_cuda_kernels() {
  return kCudaKernels != nullptr;
}

}  // namespace vrkn::kernel
