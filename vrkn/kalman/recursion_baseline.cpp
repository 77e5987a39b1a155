// The recursions for any processor; registers of two doubles, as every x86-64 has.
#include <cstdint>

namespace vrkn::kalman {
namespace {
constexpr int64_t kWidth = 2;
constexpr int64_t kBlockRows = 3;
constexpr int64_t kBlockPacks = 4;
}  // namespace
}  // namespace vrkn::kalman

#include "vrkn/kalman/recursion_kernels.h"

namespace vrkn::kalman {

const Recursions kBaselineRecursions = {.name = "baseline",
                                        .filter_packed = filter_packed,
                                        .smooth_packed = smooth_packed,
                                        .filter_shared = filter_shared,
                                        .smooth_shared = smooth_shared,
                                        .filter_means = filter_means,
                                        .smooth_means = smooth_means,
                                        .add_gram = add_gram,
                                        .spin = spin,
                                        .operations_per_spin = 2 * kSpinning * kWidth};

}  // namespace vrkn::kalman
