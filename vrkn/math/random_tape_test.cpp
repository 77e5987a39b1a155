#include "vrkn/math/random_tape.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/math/rng.h"

namespace vrkn {
namespace {

using at::Tensor;

std::vector<Tensor> some_draws(Rng& rng) {
  return {rng.normal({70}), rng.uniform({3, 4}, at::kDouble), rng.dropout_mask({5, 2}, 0.3), rng.normal({2})};
}

TEST(RandomTape, PlaysWhatWasRecordedAndRefillsItFromAnotherStream) {
  RandomTape tape;
  Rng first(1);
  first.record(tape);
  const std::vector<Tensor> recorded = some_draws(first);
  ASSERT_EQ(tape.size(), 4u);

  Rng second(2), same(2);
  tape.refill(second);
  const std::vector<Tensor> expected = some_draws(same);
  Rng player(tape, c10::kCPU);
  const std::vector<Tensor> played = some_draws(player);
  for (size_t i = 0; i < played.size(); ++i) {
    EXPECT_TRUE(at::equal(played[i], expected[i])) << "draw " << i;
    EXPECT_TRUE(played[i].is_same(recorded[i])) << "draw " << i;  // the very tensors that the work has read
  }
}

TEST(RandomTape, IsRefilledByTheStreamThatRecordsOnIt) {
  RandomTape tape;
  Rng recorder(1), same(1);
  recorder.record(tape);
  some_draws(recorder);
  some_draws(same);
  tape.refill(recorder);
  EXPECT_EQ(tape.size(), 4u);
  const std::vector<Tensor> expected = some_draws(same);
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_TRUE(at::equal(tape.values(i), expected[i])) << "draw " << i;
}

TEST(RandomTape, RecordingChangesNoNumber) {
  RandomTape tape;
  Rng recorded(3), plain(3);
  recorded.record(tape);
  const auto left = some_draws(recorded), right = some_draws(plain);
  for (size_t i = 0; i < left.size(); ++i) EXPECT_TRUE(at::equal(left[i], right[i]));
}

TEST(RandomTape, RefusesOtherDrawsThanThoseRecorded) {
  RandomTape tape;
  Rng rng(1);
  rng.record(tape);
  rng.normal({3});
  Rng other_kind(tape, c10::kCPU), other_sizes(tape, c10::kCPU), other_type(tape, c10::kCPU), more(tape, c10::kCPU);
  EXPECT_THROW(other_kind.uniform({3}), ShapeError);
  EXPECT_THROW(other_sizes.normal({4}), ShapeError);
  EXPECT_THROW(other_type.normal({3}, at::kDouble), ShapeError);
  more.normal({3});
  EXPECT_THROW(more.normal({3}), ShapeError);
}

}  // namespace
}  // namespace vrkn
