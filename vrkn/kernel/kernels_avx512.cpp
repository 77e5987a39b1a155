#include "vrkn/kernel/fused_kernels.h"
#include "vrkn/kernel/kernels.h"
#include "vrkn/kernel/loops.h"
#include "vrkn/kernel/philox_loops.h"

namespace vrkn::kernel {

const Kernels kAvx512Kernels = {
    .words = words, .uniform = uniform, .normal = normal, .mask = mask, .fused = fused_kernels<Loops>()};

}  // namespace vrkn::kernel
