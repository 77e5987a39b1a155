#include "vrkn/kernel/philox.h"

#include "vrkn/kernel/kernels.h"

namespace vrkn::kernel {

void philox_words(uint64_t key, uint64_t group, uint32_t* out, int64_t count) {
  kernel::kernels().words(key, group, out, count);
}

void philox_uniform(uint64_t key, uint64_t group, float* out, int64_t count) {
  kernel::kernels().uniform(key, group, out, count);
}

void philox_normal(uint64_t key, uint64_t group, float* out, int64_t count) {
  kernel::kernels().normal(key, group, out, count);
}

void philox_mask(uint64_t key, uint64_t group, uint32_t threshold, float kept, float* out, int64_t count) {
  kernel::kernels().mask(key, group, threshold, kept, out, count);
}

}  // namespace vrkn::kernel
