#include "vrkn/kernel/kernels.h"

namespace vrkn::kernel {

const FusedKernels* const kCudaKernels = nullptr;

}  // namespace vrkn::kernel
