#pragma once

#include <cstddef>

namespace vrkn::math {

/// From now on large tensors on the CPU lie in one heap that keeps what was freed for the next ones and uses huge
/// pages.
///
/// LibTorch asks the C library, which returns large blocks to the operating system at once: every update then pays
/// again for each page it touches. Blocks below kLeastHeapBlock stay with the C library,
/// and so does everything once the reserved address range is full. Calling it again does nothing.
void keep_tensor_memory();

inline constexpr size_t kLeastHeapBlock = size_t{64} << 10;  ///< bytes

/// What the heap holds, bytes.
struct TensorHeapUse {
  size_t in_use = 0;  ///< now
  size_t peak = 0;    ///< the end of the highest block so far: what the process keeps
};
TensorHeapUse tensor_heap_use();

}  // namespace vrkn::math
