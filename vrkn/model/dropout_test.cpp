#include "vrkn/model/dropout.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace vrkn::model::dropout_test {
namespace {

using at::Tensor;

constexpr int64_t kB = 3, kT = 5, kHidden = 40, kGate = 30;

MonteCarloDropout dropout(bool per_sequence, double rate = 0.3) {
  return {.rate = rate, .per_sequence = per_sequence, .hidden_dim = kHidden, .gate_dim = kGate};
}

std::vector<Tensor> tensors(const TransitionMasks& masks) {
  return {masks.input, masks.gate, masks.hidden};
}

Belief some_belief() {
  const Tensor state = at::zeros({kB, 2}, at::kDouble);
  return {state, state, state, {}};
}

TEST(MonteCarloDropout, StepMasksAreNewAtEveryStep) {
  math::TensorGenerator rng(1);
  for (const Tensor& mask : tensors(dropout(false).for_sequences(at::zeros({kB, kT, 1}), {rng, true}))) {
    ASSERT_EQ(mask.size(0), kT);
    ASSERT_EQ(mask.size(1), kB);
    for (int64_t t = 1; t < kT; ++t) EXPECT_FALSE(at::equal(mask[t], mask[0]));
  }
}

TEST(MonteCarloDropout, SequenceMasksStayForTheSequenceAndDifferBetweenSequences) {
  math::TensorGenerator rng(2);
  for (const Tensor& mask : tensors(dropout(true).for_sequences(at::zeros({kB, kT, 1}), {rng, true}))) {
    ASSERT_EQ(mask.size(0), kT);
    for (int64_t t = 1; t < kT; ++t) EXPECT_TRUE(at::equal(mask[t], mask[0]));
    for (int64_t b = 1; b < kB; ++b) EXPECT_FALSE(at::equal(mask[0][b], mask[0][0]));
  }
}

TEST(MonteCarloDropout, AChainOfBeliefsCarriesTheMasksOfItsSequence) {
  math::TensorGenerator rng(3);
  const MonteCarloDropout per_sequence = dropout(true);
  Belief belief = some_belief();
  const TransitionMasks first = per_sequence.for_step(belief, {rng, true});
  belief.masks = per_sequence.carried(first);
  EXPECT_TRUE(at::equal(per_sequence.for_step(belief, {rng, true}).gate, first.gate));
  EXPECT_FALSE(at::equal(per_sequence.for_step(new_chain(belief), {rng, true}).gate, first.gate));
  EXPECT_FALSE(per_sequence.for_step(belief, {rng, false}).defined());  // MAP, whatever the chain carries

  const MonteCarloDropout per_step = dropout(false);
  belief.masks = per_step.carried(first);
  EXPECT_FALSE(belief.masks.defined());
}

TEST(MonteCarloDropout, MasksHaveTheSizesAndTypeOfTheNetwork) {
  math::TensorGenerator rng(4);
  const TransitionMasks masks = dropout(false).for_step(some_belief(), {rng, true});
  EXPECT_EQ(masks.input.sizes(), (at::IntArrayRef{kB, kHidden}));
  EXPECT_EQ(masks.gate.sizes(), (at::IntArrayRef{kB, kGate}));
  EXPECT_EQ(masks.hidden.sizes(), (at::IntArrayRef{kB, kHidden}));
  EXPECT_EQ(masks.gate.scalar_type(), at::kDouble);
  EXPECT_FALSE(dropout(false, 0.0).for_step(some_belief(), {rng, true}).defined());
  EXPECT_FALSE(dropout(true, 0.0).for_sequences(at::zeros({kB, kT, 1}), {rng, true}).defined());
}

}  // namespace
}  // namespace vrkn::model::dropout_test
