#include "vrkn/kernel/kernels.h"

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

}  // namespace vrkn::kernel
