#include "vrkn/math/tensor_heap.h"

#include <cstring>
#include <thread>
#include <vector>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "vrkn/core/random.h"

namespace vrkn::math::tensor_heap_test {
namespace {

/// A tensor of that many bytes, filled with `value`.
at::Tensor filled(int64_t bytes, uint8_t value) {
  return at::full({bytes}, value, at::kByte);
}

TEST(TensorHeap, FreedMemoryIsTakenAgainAndNeighboursBecomeOne) {
  keep_tensor_memory();
  const size_t before = tensor_heap_use().in_use;
  constexpr int64_t kBytes = 1 << 20;
  at::Tensor a = filled(kBytes, 1), b = filled(kBytes, 2), c = filled(kBytes, 3);
  EXPECT_EQ(tensor_heap_use().in_use, before + 3 * kBytes);
  const void* const first = a.data_ptr();
  const size_t peak = tensor_heap_use().peak;
  a.reset();
  b.reset();
  const at::Tensor both = filled(2 * kBytes, 4);  // fits only if the two holes are one
  EXPECT_EQ(both.data_ptr(), first);
  EXPECT_EQ(tensor_heap_use().peak, peak);
  EXPECT_TRUE((c == 3).all().item<bool>());
}

TEST(TensorHeap, SmallTensorsStayWithTheLibrary) {
  keep_tensor_memory();
  const size_t before = tensor_heap_use().in_use;
  const at::Tensor small = filled(static_cast<int64_t>(kLeastHeapBlock) - 1, 1);
  EXPECT_EQ(tensor_heap_use().in_use, before);
}

/// Takes and frees blocks at random, and looks whether all of them still hold what was written.
void use_at_random(uint64_t seed) {
  ScalarGenerator random(seed);
  std::vector<std::pair<at::Tensor, uint8_t>> held;
  for (int step = 0; step < 3000; ++step) {
    if (held.empty() || (held.size() < 60 && random.uniform() < 0.55)) {
      const auto bytes = static_cast<int64_t>(kLeastHeapBlock) + static_cast<int64_t>(random.uniform() * 500'000);
      const auto value = static_cast<uint8_t>(step % 251);
      held.emplace_back(filled(bytes, value), value);
    } else {
      std::swap(held[static_cast<size_t>(random.uniform() * static_cast<double>(held.size()))], held.back());
      const auto& [tensor, value] = held.back();
      const std::vector<uint8_t> expected(static_cast<size_t>(tensor.numel()), value);
      ASSERT_EQ(std::memcmp(tensor.data_ptr(), expected.data(), expected.size()), 0);
      held.pop_back();
    }
  }
}

TEST(TensorHeap, RandomUseNeverOverlapsAndEndsEmpty) {
  keep_tensor_memory();
  const size_t before = tensor_heap_use().in_use;
  use_at_random(1);
  EXPECT_EQ(tensor_heap_use().in_use, before);
}

TEST(TensorHeap, ThreadsShareIt) {
  keep_tensor_memory();
  const size_t before = tensor_heap_use().in_use;
  { const std::jthread one(use_at_random, 1), two(use_at_random, 2); }
  EXPECT_EQ(tensor_heap_use().in_use, before);
}

}  // namespace
}  // namespace vrkn::math::tensor_heap_test
