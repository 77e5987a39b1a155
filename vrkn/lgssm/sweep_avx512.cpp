// The sweeps for x86-64-v4: AVX-512, thirty-two registers of eight doubles.
#include <cstdint>

namespace vrkn::lgssm {
namespace {
constexpr int64_t kWidth = 8;
constexpr int64_t kBlockRows = 4;
constexpr int64_t kBlockPacks = 4;
}  // namespace
}  // namespace vrkn::lgssm

#include "vrkn/lgssm/sweep_kernels.h"

namespace vrkn::lgssm {

const Sweeps kAvx512Sweeps = {"avx512",      filter_packed, smooth_packed, filter_shared,
                              smooth_shared, filter_means,  smooth_means};

}  // namespace vrkn::lgssm
