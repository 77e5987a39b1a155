#include "vrkn/bench/peak_memory.h"

#include <cstring>
#include <memory>
#include <sys/mman.h>

#include <gtest/gtest.h>

namespace vrkn::bench::peak_memory_test {
namespace {

/// Fills so many bytes, and gives them back to the operating system.
void use_memory(size_t bytes) {
  void* const memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  std::memset(memory, 1, bytes);
  munmap(memory, bytes);
}

TEST(PeakMemory, GrowsWithUseAndIsForgotten) {
  constexpr int64_t kMuch = int64_t{96} << 20, kLittle = int64_t{8} << 20;
  forget_peak_memory();
  const int64_t before = peak_memory_bytes();
  EXPECT_GT(before, 0);
  use_memory(static_cast<size_t>(kMuch));
  const int64_t peak = peak_memory_bytes();
  EXPECT_GT(peak, before + kMuch - kLittle);
  forget_peak_memory();
  if (peak_memory_bytes() == peak) GTEST_SKIP() << "this operating system does not forget";
  EXPECT_LT(peak_memory_bytes(), before + kLittle);
}

}  // namespace
}  // namespace vrkn::bench::peak_memory_test
