#include "vrkn/math/row_blocks.h"

#include <algorithm>

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/InferenceMode.h>

namespace vrkn {
namespace {

int64_t quotient_up(int64_t value, int64_t divisor) {
  return (value + divisor - 1) / divisor;
}

/// Modes belong to a thread: takes those of the thread that made it to another.
class Modes {
 public:
  template <class Work>
  void apply(Work&& work) const {
    const c10::InferenceMode inference(inference_);
    const at::AutoGradMode gradients(gradients_);
    work();
  }

 private:
  bool inference_ = c10::InferenceMode::is_enabled(), gradients_ = at::GradMode::is_enabled();
};

}  // namespace

std::vector<RowBlock> row_blocks(int64_t rows, int64_t row_size, c10::Device device) {
  if (!device.is_cpu()) return {{0, rows}};
  constexpr int64_t kFewRows = 64, kManyNumbers = 65536;
  const int64_t threads = at::get_num_threads(), rounds = quotient_up(rows * row_size, kManyNumbers * threads);
  const int64_t count = std::clamp<int64_t>(rounds * threads, 1, std::max<int64_t>(rows / kFewRows, 1));
  std::vector<RowBlock> blocks;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t first = rows * i / count;
    blocks.push_back({first, rows * (i + 1) / count - first});
  }
  return blocks;
}

void for_row_blocks(const std::vector<RowBlock>& blocks, Rng& rng,
                    const std::function<void(size_t index, const RowBlock& block, Rng& rng)>& work) {
  if (blocks.size() == 1) {
    work(0, blocks[0], rng);
    return;
  }
  const int64_t rows = blocks.back().first + blocks.back().count;
  const Modes modes;
  Rng last = rng;
  at::parallel_for(0, static_cast<int64_t>(blocks.size()), 1, [&](int64_t begin, int64_t end) {
    modes.apply([&] {
      for (auto i = static_cast<size_t>(begin); i < static_cast<size_t>(end); ++i) {
        Rng own = rng.for_rows(blocks[i].first, blocks[i].count, rows);
        work(i, blocks[i], own);
        if (i + 1 == blocks.size()) last = own;
      }
    });
  });
  rng.go_on_after(last);
}

}  // namespace vrkn
