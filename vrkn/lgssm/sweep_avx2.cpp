// The sweeps for x86-64-v3: AVX2 and FMA, sixteen registers of four doubles.
#include <cstdint>

namespace vrkn::lgssm {
namespace {
constexpr int64_t kWidth = 4;
constexpr int64_t kBlockRows = 3;
constexpr int64_t kBlockPacks = 4;
}  // namespace
}  // namespace vrkn::lgssm

#include "vrkn/lgssm/sweep_kernels.h"

namespace vrkn::lgssm {

const Sweeps kAvx2Sweeps = {"avx2",        filter_packed, smooth_packed, filter_shared,
                            smooth_shared, filter_means,  smooth_means};

}  // namespace vrkn::lgssm
