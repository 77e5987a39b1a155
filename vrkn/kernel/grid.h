#pragma once

#include <cstdint>

namespace vrkn::kernel {

/// How many threads of a device share a piece of work.
struct Grid {
  int64_t blocks, threads_per_block;

  constexpr int64_t threads() const { return blocks * threads_per_block; }
};

/// A thread for each of `elements` elements, up to kMaxBlocks blocks, whose threads then take several. Blocks are
/// small, so that the few thousand elements of a step are spread over all multiprocessors of a device; 64 threads are
/// the smallest blocks with which a multiprocessor can have as many threads as it can hold.
constexpr Grid grid_for(int64_t elements) {
  constexpr int64_t kThreadsPerBlock = 64, kMaxBlocks = 65536;
  const int64_t blocks = (elements + kThreadsPerBlock - 1) / kThreadsPerBlock;
  return {.blocks = blocks < kMaxBlocks ? blocks : kMaxBlocks, .threads_per_block = kThreadsPerBlock};
}

/// The share of a thread: f(row, i) for the elements number `thread`, `thread` + `threads`, ... of [rows, size]. So
/// neighbours are visited by neighbouring threads at the same time, and a device fetches them together.
template <class Element>
constexpr void elements_of_thread(int64_t thread, int64_t threads, int64_t rows, int64_t size, const Element& f) {
  for (int64_t at = thread; at < rows * size; at += threads) f(at / size, at % size);
}

}  // namespace vrkn::kernel
