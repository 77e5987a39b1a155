// The recursions for x86-64-v3: AVX2 and FMA, sixteen registers of four doubles.
#include <cstdint>

namespace vrkn::kalman {
namespace {
constexpr int64_t kWidth = 4;
constexpr int64_t kBlockRows = 3;
constexpr int64_t kBlockPacks = 4;
}  // namespace
}  // namespace vrkn::kalman

#include "vrkn/kalman/recursion_kernels.h"

namespace vrkn::kalman {

const Recursions kAvx2Recursions = recursions("avx2");

}  // namespace vrkn::kalman
