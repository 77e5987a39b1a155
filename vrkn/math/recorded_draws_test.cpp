#include "vrkn/math/recorded_draws.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/math/tensor_generator.h"

namespace vrkn::math::recorded_draws_test {
namespace {

using at::Tensor;

std::vector<Tensor> some_draws(TensorGenerator& rng) {
  return {rng.normal({70}), rng.uniform({3, 4}, at::kDouble), rng.dropout_mask({5, 2}, 0.3), rng.normal({2})};
}

TEST(RecordedDraws, PlaysWhatWasRecordedAndRefillsItFromAnotherStream) {
  RecordedDraws draws;
  TensorGenerator first(1);
  first.record(draws);
  const std::vector<Tensor> recorded = some_draws(first);
  ASSERT_EQ(draws.size(), 4u);

  TensorGenerator second(2), same(2);
  draws.refill(second);
  const std::vector<Tensor> expected = some_draws(same);
  TensorGenerator player(draws, c10::kCPU);
  const std::vector<Tensor> played = some_draws(player);
  for (size_t i = 0; i < played.size(); ++i) {
    EXPECT_TRUE(at::equal(played[i], expected[i])) << "draw " << i;
    EXPECT_TRUE(played[i].is_same(recorded[i])) << "draw " << i;  // the very tensors that the work has read
  }
}

TEST(RecordedDraws, IsRefilledByTheStreamThatRecordsOnIt) {
  RecordedDraws draws;
  TensorGenerator recorder(1), same(1);
  recorder.record(draws);
  some_draws(recorder);
  some_draws(same);
  draws.refill(recorder);
  EXPECT_EQ(draws.size(), 4u);
  const std::vector<Tensor> expected = some_draws(same);
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_TRUE(at::equal(draws.values(i), expected[i])) << "draw " << i;
}

TEST(RecordedDraws, RecordingChangesNoNumber) {
  RecordedDraws draws;
  TensorGenerator recorded(3), plain(3);
  recorded.record(draws);
  const auto left = some_draws(recorded), right = some_draws(plain);
  for (size_t i = 0; i < left.size(); ++i) EXPECT_TRUE(at::equal(left[i], right[i]));
}

TEST(RecordedDraws, RefusesOtherDrawsThanThoseRecorded) {
  RecordedDraws draws;
  TensorGenerator rng(1);
  rng.record(draws);
  rng.normal({3});
  TensorGenerator other_kind(draws, c10::kCPU), other_sizes(draws, c10::kCPU), other_type(draws, c10::kCPU),
      more(draws, c10::kCPU);
  EXPECT_THROW(other_kind.uniform({3}), ShapeError);
  EXPECT_THROW(other_sizes.normal({4}), ShapeError);
  EXPECT_THROW(other_type.normal({3}, at::kDouble), ShapeError);
  more.normal({3});
  EXPECT_THROW(more.normal({3}), ShapeError);
}

}  // namespace
}  // namespace vrkn::math::recorded_draws_test
