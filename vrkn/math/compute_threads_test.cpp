#include "vrkn/math/compute_threads.h"

#include <array>
#include <future>
#include <thread>

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

namespace vrkn::math::compute_threads_test {
namespace {

TEST(ComputeThreads, HoldAsLongAsTheObject) {
  const int before = at::get_num_threads();
  {
    const ComputeThreads three(3);
    EXPECT_EQ(at::get_num_threads(), 3);
    {
      const ComputeThreads two(2);
      EXPECT_EQ(at::get_num_threads(), 2);
    }
    EXPECT_EQ(at::get_num_threads(), 3);
  }
  EXPECT_EQ(at::get_num_threads(), before);
}

TEST(ComputeThreads, ShareOurOwnLoops) {
  const ComputeThreads two(2);
  std::array<std::thread::id, 2> workers;
  at::parallel_for(0, 2, /*grain_size=*/1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) workers[static_cast<size_t>(i)] = std::this_thread::get_id();
  });
  EXPECT_NE(workers[0], workers[1]);
}

TEST(ComputeThreads, OneThreadsNumberLeavesTheOthersAlone) {
  const ComputeThreads three(3);
  std::promise<int> before, after;
  std::promise<void> changed;
  const std::jthread other = start_computing_alone([&](const std::stop_token&) {
    before.set_value(at::get_num_threads());
    changed.get_future().wait();
    after.set_value(at::get_num_threads());
  });
  EXPECT_EQ(before.get_future().get(), 1);
  EXPECT_EQ(at::get_num_threads(), 3);
  const ComputeThreads two(2);
  changed.set_value();
  EXPECT_EQ(after.get_future().get(), 1);
  EXPECT_EQ(at::get_num_threads(), 2);
}

}  // namespace
}  // namespace vrkn::math::compute_threads_test
