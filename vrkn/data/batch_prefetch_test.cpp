#include "vrkn/data/batch_prefetch.h"

#include <atomic>
#include <future>
#include <string>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/counter_episode.h"
#include "vrkn/core/error.h"
#include "vrkn/data/replay.h"

namespace vrkn::data::batch_prefetch_test {
namespace {

Batch numbered(int64_t number) {
  return {.observations = {}, .actions = at::full({1}, number), .rewards = {}};
}

TEST(BatchPrefetch, GivesTheBatchesThatSamplingInTurnGives) {
  Replay replay(counter_sensors(), 1);
  for (int number = 0; number < 3; ++number) replay.add(counter_episode(number, 20));
  const auto sample = [&](int64_t number) {
    ScalarGenerator random(derive_seed(1, "replay", static_cast<uint64_t>(number)));
    return replay.sample(8, 4, random);
  };
  BatchPrefetch batches(5, 25, sample);
  for (int64_t number = 5; number < 25; ++number) {
    const Batch expected = sample(number), found = batches.next();
    EXPECT_TRUE(at::equal(found.actions, expected.actions)) << number;
    EXPECT_TRUE(at::equal(found.rewards, expected.rewards)) << number;
    for (size_t s = 0; s < expected.observations.size(); ++s) {
      EXPECT_TRUE(at::equal(found.observations[s].values, expected.observations[s].values)) << number;
      EXPECT_TRUE(at::equal(found.observations[s].valid, expected.observations[s].valid)) << number;
    }
  }
}

TEST(BatchPrefetch, MakesOneAheadOnAThreadThatComputesAlone) {
  std::atomic<int64_t> made = 0;
  std::atomic<int> threads = 0;
  std::promise<void> second_made;
  BatchPrefetch batches(0, 100, [&](int64_t number) {
    threads = at::get_num_threads();
    if (++made == 2) second_made.set_value();
    return numbered(number);
  });
  EXPECT_EQ(batches.next().actions.item<int64_t>(), 0);
  second_made.get_future().wait();  // while the first is in use
  EXPECT_EQ(threads, 1);
  for (int64_t number = 1; number < 50; ++number) {
    EXPECT_EQ(batches.next().actions.item<int64_t>(), number);
    EXPECT_LE(made, number + 2);
  }
}

TEST(BatchPrefetch, AnExceptionArrivesInThePlaceOfItsBatch) {
  BatchPrefetch batches(0, 10, [](int64_t number) {
    if (number == 2) throw DataError("no batch " + std::to_string(number));
    return numbered(number);
  });
  EXPECT_EQ(batches.next().actions.item<int64_t>(), 0);
  EXPECT_EQ(batches.next().actions.item<int64_t>(), 1);
  for (int again = 0; again < 2; ++again) {
    EXPECT_THAT([&] { batches.next(); }, testing::ThrowsMessage<DataError>("no batch 2"));
  }
}

TEST(BatchPrefetch, MayEndAtAnyTime) {
  for (const int64_t taken : {0, 1, 7}) {
    std::atomic<int64_t> made = 0;
    {
      BatchPrefetch batches(0, 1000, [&](int64_t number) {
        ++made;
        return numbered(number);
      });
      for (int64_t i = 0; i < taken; ++i) batches.next();
    }
    EXPECT_LE(made, taken + 1);
  }
  const BatchPrefetch none(3, 3, [](int64_t number) { return numbered(number); });
}

}  // namespace
}  // namespace vrkn::data::batch_prefetch_test
