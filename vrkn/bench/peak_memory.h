#pragma once

#include <cstdint>

namespace vrkn::bench {

/// The most memory that this process has had since it began, or since forget_peak_memory(), bytes: VmHWM of
/// /proc/self/status.
int64_t peak_memory_bytes();

/// From now on the peak is that of what follows, with what is held now in it. Does nothing where the operating system
/// does not allow it.
void forget_peak_memory();

}  // namespace vrkn::bench
