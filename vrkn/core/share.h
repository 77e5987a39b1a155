#pragma once

#include <cstdint>

namespace vrkn {

/// One of `count` equal parts: of B rows those from index * B / count on, B / count of them. By default all.
struct Share {
  int64_t index = 0;
  int64_t count = 1;
};

}  // namespace vrkn
