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

const FusedKernels& kernels_for_stream(const DeviceStream& where) {
  if (!where.on_cuda) return kernels().fused;
  if (kCudaKernels == nullptr) throw Error("This program was built without kernels for CUDA devices");
  return *kCudaKernels;
}

bool has_cuda_kernels() {
  return kCudaKernels != nullptr;
}

}  // namespace vrkn::kernel
