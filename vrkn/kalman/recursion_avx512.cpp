// The recursions for x86-64-v4: AVX-512, thirty-two registers of eight doubles.
#include <cstdint>

namespace vrkn::kalman {
namespace {
constexpr int64_t kWidth = 8;
constexpr int64_t kBlockRows = 4;
constexpr int64_t kBlockPacks = 4;
}  // namespace
}  // namespace vrkn::kalman

#include "vrkn/kalman/recursion_kernels.h"

namespace vrkn::kalman {

const Recursions kAvx512Recursions = recursions("avx512");

}  // namespace vrkn::kalman
