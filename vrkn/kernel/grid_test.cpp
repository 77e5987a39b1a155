#include "vrkn/kernel/grid.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace vrkn::kernel::grid_test {
namespace {

/// How often the threads of a grid visit each element of [rows, size].
std::vector<int> visits(const Grid& grid, int64_t rows, int64_t size) {
  std::vector<int> count(static_cast<size_t>(rows * size));
  for (int64_t thread = 0; thread < grid.threads(); ++thread) {
    elements_of_thread(thread, grid.threads(), rows, size, [&](int64_t row, int64_t i) {
      EXPECT_TRUE(0 <= row && row < rows && 0 <= i && i < size);
      ++count.at(static_cast<size_t>(row * size + i));
    });
  }
  return count;
}

TEST(Grid, VisitsEveryElementOnce) {
  for (const int64_t rows : {1, 2, 31, 64, 173}) {
    for (const int64_t size : {1, 3, 30, 63, 64, 65, 230}) {
      const auto count = visits(grid_for(rows * size), rows, size);
      EXPECT_EQ(std::ranges::count(count, 1), rows * size) << rows << " x " << size;
    }
  }
}

TEST(Grid, ThreadsTakeSeveralElementsWhereThereAreMoreElements) {
  constexpr int64_t kRows = 19, kSize = 230;
  for (const int64_t blocks : {1, 2, 7}) {
    const auto count = visits({.blocks = blocks, .threads_per_block = 32}, kRows, kSize);
    EXPECT_EQ(std::ranges::count(count, 1), kRows * kSize) << blocks;
  }
}

TEST(Grid, HasAThreadForEachElementUpToALimitOfBlocks) {
  for (const int64_t elements : {1, 63, 64, 65, 11500, 1 << 22}) {
    const Grid grid = grid_for(elements);
    EXPECT_GE(grid.threads(), elements);
    EXPECT_LT(grid.threads() - elements, grid.threads_per_block) << "a block without work";
    EXPECT_EQ(grid.threads_per_block % 32, 0) << "threads run in groups of 32";
  }
  // Far more elements than 32 bits count: the blocks stay within what devices allow, 2^31 - 1.
  EXPECT_EQ(grid_for(int64_t{1} << 40).blocks, 65536);
}

TEST(Grid, NeighbouringThreadsVisitNeighbours) {
  constexpr int64_t kRows = 5, kSize = 48;
  const auto first_of = [&](int64_t thread) {
    int64_t first = -1;
    elements_of_thread(thread, kRows * kSize, kRows, kSize, [&](int64_t row, int64_t i) { first = row * kSize + i; });
    return first;
  };
  for (int64_t thread = 0; thread < kRows * kSize; ++thread) EXPECT_EQ(first_of(thread), thread);
}

}  // namespace
}  // namespace vrkn::kernel::grid_test
