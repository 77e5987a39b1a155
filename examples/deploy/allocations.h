#pragma once

#include <cstdint>

namespace deploy {

/// Allocations from the heap by this thread since it began: by this program, and inside ONNX Runtime.
struct Allocations {
  uint64_t own = 0, runtime = 0;
};

/// The counts up to now. Both stay 0 where malloc cannot be replaced: without glibc, and under a sanitizer.
Allocations allocations();

/// Prints those since `before`, per decision where ONNX Runtime made them, beside what the program had made by then.
void report_allocations(const Allocations& before, int64_t decisions);

/// While one lives, this thread's allocations are ONNX Runtime's.
class InsideRuntime {
 public:
  InsideRuntime();
  ~InsideRuntime();
  InsideRuntime(const InsideRuntime&) = delete;
  InsideRuntime& operator=(const InsideRuntime&) = delete;
};

}  // namespace deploy
