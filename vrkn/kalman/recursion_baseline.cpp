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

const Recursions kBaselineRecursions = recursions("baseline");

}  // namespace vrkn::kalman
