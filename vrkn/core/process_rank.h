#pragma once

#include <cstdint>

namespace vrkn {

/// Which of `world_size` processes that work together this is. Of a batch of B rows each has B / world_size, from row
/// rank * B / world_size on. By default a process alone.
struct ProcessRank {
  int64_t rank = 0;        ///< 0 <= rank < world_size
  int64_t world_size = 1;  ///< >= 1
};

}  // namespace vrkn
