#include "vrkn/parallel/process_group.h"

#include <array>
#include <future>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/processes.h"
#include "vrkn/core/error.h"

namespace vrkn::parallel::process_group_test {
namespace {

constexpr int64_t kCount = 3;

TEST(ProcessGroup, AloneItChangesNothing) {
  const ProcessGroup alone = ProcessGroup::join({});
  EXPECT_TRUE(alone.is_alone());
  EXPECT_TRUE(alone.is_rank_zero());
  at::Tensor values = at::arange(3, at::kFloat);
  alone.average(values);
  EXPECT_TRUE(at::equal(values, at::arange(3, at::kFloat)));
  EXPECT_TRUE(alone.any(true));
  EXPECT_FALSE(alone.any(false));
  EXPECT_EQ(alone.broadcast("text"), "text");
}

TEST(ProcessGroup, AveragesToTheSameBitsEverywhere) {
  constexpr int64_t kSize = 100003;  // in several pieces, of unequal sizes
  const auto of_rank = [](int64_t rank) {
    return (at::arange(kSize, at::kFloat) + 1).mul(0.1).sin().mul(static_cast<double>(rank + 1));
  };
  const at::Tensor mean = of_rank(0).to(at::kDouble).mul(2.0);  // of 1, 2 and 3 times the same
  std::array<at::Tensor, kCount> means;
  run_together(kCount, [&](const ProcessGroup& processes) {
    at::Tensor values = of_rank(processes.rank());
    processes.average(values);
    means.at(static_cast<size_t>(processes.rank())) = values;
  });
  EXPECT_LT((means[0] - mean).abs().max().item<double>(), 1e-6);
  for (const at::Tensor& other : means) EXPECT_TRUE(at::equal(means[0], other));
}

TEST(ProcessGroup, AgreesWhenOneOfThemSaysSo) {
  std::array<std::array<bool, kCount + 1>, kCount> found{};
  run_together(kCount, [&](const ProcessGroup& processes) {
    const int64_t rank = processes.rank();
    // In turn each of them says so, in the end none.
    for (int64_t speaker = 0; speaker <= kCount; ++speaker) {
      found.at(static_cast<size_t>(rank)).at(static_cast<size_t>(speaker)) = processes.any(speaker == rank);
    }
  });
  for (const auto& answers : found) EXPECT_EQ(answers, (std::array<bool, kCount + 1>{true, true, true, false}));
}

TEST(ProcessGroup, AllGetTheBytesOfTheFirst) {
  const std::string text = std::string("a\0b", 3) + std::string(70000, 'x');
  std::array<std::string, kCount> first, second;
  run_together(kCount, [&](const ProcessGroup& processes) {
    const auto rank = static_cast<size_t>(processes.rank());
    EXPECT_EQ(processes.is_rank_zero(), rank == 0);
    first.at(rank) = processes.broadcast(rank == 0 ? text : "whatever");
    second.at(rank) = processes.broadcast("");
  });
  for (const std::string& bytes : first) EXPECT_EQ(bytes, text);
  for (const std::string& bytes : second) EXPECT_EQ(bytes, "");
}

TEST(ProcessGroup, NoticesThatAnotherHasEnded) {
  try {
    run_together(kCount, [](const ProcessGroup& processes) {
      processes.any(false);
      if (processes.rank() == 1) return;  // and its connection closes
      at::Tensor values = at::ones({1000});
      for (int i = 0; i < 3; ++i) processes.average(values);
    });
    FAIL() << "nobody noticed";
  } catch (const ProcessError& error) {
    EXPECT_EQ(
        error.what(),
        std::string("process 0 (RANK) of 3 has lost the others: one of them ended, or did not answer for 60 s; the "
                    "run's last checkpoint is kept."));
  }
}

TEST(ProcessGroup, DoesNotWaitForeverForSilentOnes) {
  std::promise<void> given_up;
  const auto work = [&](const ProcessGroup& processes) {
    if (processes.is_rank_zero()) {
      EXPECT_THROW(processes.any(true), ProcessError);
      given_up.set_value();
    } else {
      given_up.get_future().wait();  // connected, and says nothing
    }
  };
  run_together(2, work, std::chrono::seconds(8));  // also to meet, which a busy machine makes slow
}

TEST(ProcessGroup, NamesWhereNobodyCame) {
  try {
    ProcessGroup::join({.rank = 1,
                        .world_size = 2,
                        .master_address = "127.0.0.1",
                        .master_port = free_port(),
                        .timeout = std::chrono::seconds(1)});
    FAIL() << "it met nobody";
  } catch (const ProcessError& error) {
    EXPECT_TRUE(std::string(error.what()).starts_with("process 1 (RANK) of 2 could not meet the others at 127.0.0.1:"))
        << error.what();
  }
}

}  // namespace
}  // namespace vrkn::parallel::process_group_test
