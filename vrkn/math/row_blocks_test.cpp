#include "vrkn/math/row_blocks.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"

namespace vrkn {
namespace {

using at::Tensor;

TEST(RowBlocks, HoldEveryRowOnceAndAreAsManyForEveryThread) {
  const auto threads = static_cast<size_t>(at::get_num_threads());
  for (const int64_t rows : {1, 63, 64, 127, 128, 200, 1000, 2500, 10000}) {
    const auto blocks = row_blocks(rows, 230, c10::kCPU);
    int64_t next = 0;
    for (const auto& [first, count] : blocks) {
      EXPECT_EQ(first, next);
      EXPECT_LE(count, 300);
      next += count;
    }
    EXPECT_EQ(next, rows);
    if (blocks.size() > threads) {
      EXPECT_EQ(blocks.size() % threads, 0u);
    }
  }
  EXPECT_EQ(row_blocks(10000, 230, c10::Device("cuda")).size(), 1u);
}

TEST(RowBlocks, DrawWhatAllRowsAtOnceWouldHaveDrawn) {
  // Rows of sizes that end within a group of the generator, and blocks that lie within one.
  for (const int64_t rows : {5, 100, 1000}) {
    for (const int64_t size : {1, 7, 200, 230}) {
      Rng whole(5), blocks(5);
      const auto draw = [&](Rng& rng, int64_t count) {
        const Tensor mask = rng.dropout_mask({count, size}, 0.1), noise = rng.normal({count, 2, size}),
                     more = rng.uniform({count}, at::kDouble);
        return at::cat({mask, noise.flatten(1), more.unsqueeze(1).to(at::kFloat)}, 1);
      };
      const Tensor expected = draw(whole, rows);
      const std::vector<RowBlock> parts{{0, 1}, {1, 1}, {2, rows / 2}, {2 + rows / 2, rows - 2 - rows / 2}};
      std::vector<Tensor> found(parts.size());
      for_row_blocks(parts, blocks,
                     [&](size_t index, const RowBlock& block, Rng& rng) { found[index] = draw(rng, block.count); });
      EXPECT_TRUE(at::equal(at::cat(found), expected)) << rows << " rows of " << size;
      EXPECT_TRUE(at::equal(whole.normal({9}), blocks.normal({9})));
    }
  }
}

TEST(RowBlocks, RefuseNumbersThatAreNotOfTheirRows) {
  Rng rng(1);
  Rng part = rng.for_rows(2, 3, 10);
  EXPECT_NO_THROW(part.normal({3, 4}));
  EXPECT_THROW(part.normal({4}), ShapeError);
  EXPECT_THROW(part.normal({}), ShapeError);
}

TEST(RowBlocks, TakeTheModesOfTheThreadAlong) {
  const Tensor weight = at::ones({2}).set_requires_grad(true);
  Rng rng(1);
  const auto recorded = [&] {
    const auto products = in_row_blocks(1000, 230, rng, [&](const RowBlock& block, Rng& own) {
      return own.normal({block.count, 2}) * weight;
    });
    bool all = true, any = false;
    for (const Tensor& product : products) all &= product.requires_grad(), any |= product.requires_grad();
    EXPECT_EQ(all, any);
    return any;
  };
  EXPECT_TRUE(recorded());
  {
    const at::NoGradGuard no_grad;
    EXPECT_FALSE(recorded());
  }
  const c10::InferenceMode inference;
  EXPECT_FALSE(recorded());
}

TEST(RowBlocks, ThrowWhatTheWorkThrows) {
  Rng rng(1);
  EXPECT_THROW(in_row_blocks(1000, 230, rng,
                             [](const RowBlock& block, Rng&) {
                               if (block.first > 0) throw DataError("the second block");
                               return 0;
                             }),
               DataError);
}

}  // namespace
}  // namespace vrkn
