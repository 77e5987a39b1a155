// The sweeps for any processor; registers of two doubles, as every x86-64 has.
#include <cstdint>

namespace vrkn::lgssm {
namespace {
constexpr int64_t kWidth = 2;
constexpr int64_t kBlockRows = 3;
constexpr int64_t kBlockPacks = 4;
}  // namespace
}  // namespace vrkn::lgssm

#include "vrkn/lgssm/sweep_kernels.h"

namespace vrkn::lgssm {

const Sweeps kBaselineSweeps = {"baseline",    filter_packed, smooth_packed, filter_shared,
                                smooth_shared, filter_means,  smooth_means};

}  // namespace vrkn::lgssm
