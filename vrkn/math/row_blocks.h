#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "vrkn/math/rng.h"

namespace vrkn {

/// The rows first ... first + count - 1.
struct RowBlock {
  int64_t first, count;
};

/// `rows` independent rows in blocks of nearly equal size, small enough that what one operation writes is still in a
/// processor's own cache when the next one reads it, large enough for products at full rate, and as many for every
/// thread. `row_size`: how many numbers stand in a row of such an array, roughly. One block on devices other than the
/// CPU, and of few rows.
std::vector<RowBlock> row_blocks(int64_t rows, int64_t row_size, c10::Device device);

/// Calls work(index, block, rng) for all of `blocks`, side by side in threads; within a block, tensors take one thread.
/// A block's random numbers are those that its rows would have had if all rows were drawn for at once: everything that
/// `work` draws has the block's rows as its first axis (else ShapeError). `rng` goes on where the blocks end, for which
/// all have to draw alike. Whether gradients are recorded is as outside. What work() throws is thrown here.
void for_row_blocks(const std::vector<RowBlock>& blocks, Rng& rng,
                    const std::function<void(size_t index, const RowBlock& block, Rng& rng)>& work);

/// The same for row_blocks(rows, row_size): what work(block, rng) returns, block after block.
template <class Work>
auto in_row_blocks(int64_t rows, int64_t row_size, Rng& rng, Work&& work) {
  const std::vector<RowBlock> blocks = row_blocks(rows, row_size, rng.device());
  std::vector<std::invoke_result_t<Work, const RowBlock&, Rng&>> results(blocks.size());
  for_row_blocks(blocks, rng,
                 [&](size_t index, const RowBlock& block, Rng& own) { results[index] = work(block, own); });
  return results;
}

}  // namespace vrkn
