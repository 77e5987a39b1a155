#include "vrkn/nn/step_affine.h"

#include <vector>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>

#include "vrkn/math/tensor_generator.h"

namespace vrkn::nn::step_affine_test {
namespace {

using at::Tensor;
using Tensors = std::vector<Tensor>;

constexpr int64_t kB = 5, kSteps = 7;

/// A recurrence of two layers and what it leads to, in double: h' = tanh(x_t + V tanh(W h + b)).
class Recurrence : public testing::Test {
 protected:
  Tensor random(at::IntArrayRef sizes) { return rng_.normal(sizes, at::kDouble).set_requires_grad(true); }

  /// One value for each step.
  Tensors run(bool deferred) const {
    const StepAffine first(W_, bias_, deferred), second(V_, {}, deferred);
    Tensors losses;
    Tensor h = start_;
    for (int64_t t = 0; t < kSteps; ++t) {
      h = at::tanh(second.add_to(inputs_.select(0, t), at::tanh(first(h))));
      losses.push_back((h * weights_.select(0, t)).sum());
    }
    return losses;
  }
  Tensors arguments() const { return {W_, bias_, V_, start_, inputs_}; }

  math::TensorGenerator rng_{1};
  Tensor W_ = random({4, 3}), bias_ = random({4}), V_ = random({3, 4});
  Tensor start_ = random({kB, 3}), inputs_ = random({kSteps, kB, 3});
  Tensor weights_ = rng_.normal({kSteps, kB, 3}, at::kDouble);
};

void expect_close(const Tensors& found, const Tensors& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i) {
    ASSERT_EQ(found[i].defined(), expected[i].defined()) << i;
    if (!found[i].defined()) continue;
    EXPECT_TRUE(at::allclose(found[i], expected[i], 1e-12, 1e-12)) << i;
  }
}

TEST_F(Recurrence, HasTheGradientsOfItsSteps) {
  const Tensor deferred = at::stack(run(true)), plain = at::stack(run(false));
  EXPECT_TRUE(at::allclose(deferred, plain, 0, 1e-12));
  expect_close(torch::autograd::grad({deferred.sum()}, arguments()), torch::autograd::grad({plain.sum()}, arguments()));
}

TEST_F(Recurrence, AccumulatesIntoTheWeightsOnce) {
  at::stack(run(true)).sum().backward();
  const Tensor found = W_.grad().clone();
  expect_close({found}, torch::autograd::grad({at::stack(run(false)).sum()}, {W_}));
}

TEST_F(Recurrence, HasThemForPassesOverPartsOfItsGraph) {
  // Some steps only; without the weights; again through all of them: every pass is its own.
  const Tensors deferred = run(true), plain = run(false);
  const auto pass = [&](const Tensors& losses, size_t step, const Tensors& of) {
    return torch::autograd::grad({losses[step]}, of, {}, /*retain_graph=*/true, false, /*allow_unused=*/true);
  };
  expect_close(pass(deferred, 6, {start_}), pass(plain, 6, {start_}));
  expect_close(pass(deferred, 2, arguments()), pass(plain, 2, arguments()));
  expect_close(pass(deferred, 4, {inputs_}), pass(plain, 4, {inputs_}));
  expect_close(pass(deferred, 0, {V_}), pass(plain, 0, {V_}));
  expect_close(pass(deferred, 6, arguments()), pass(plain, 6, arguments()));
}

TEST_F(Recurrence, AsksForNothingWhereTheWeightsAreFrozen) {
  W_.set_requires_grad(false);
  bias_.set_requires_grad(false);
  const Tensor deferred = at::stack(run(true)), plain = at::stack(run(false));
  const Tensors others{V_, start_, inputs_};
  expect_close(torch::autograd::grad({deferred.sum()}, others), torch::autograd::grad({plain.sum()}, others));
  const at::NoGradGuard no_grad;
  EXPECT_FALSE(at::stack(run(true)).requires_grad());
}

TEST(StepAffine, WhatItGivesForOneRowMayBeChangedInPlace) {
  math::TensorGenerator rng(2);
  const auto random = [&](at::IntArrayRef sizes) { return rng.normal(sizes, at::kDouble).set_requires_grad(true); };
  const Tensor W = random({4, 3}), bias = random({4}), x = random({1, 3}), sum = random({1, 4});
  const auto gradients = [&](bool deferred) {
    const StepAffine first(W, bias, deferred), second(W, Tensor(), deferred);
    const Tensor loss = first(x).relu_().square().sum() + second.add_to(sum, x).relu_().square().sum();
    return torch::autograd::grad({loss}, {W, bias, x, sum});
  };
  expect_close(gradients(true), gradients(false));
}

}  // namespace
}  // namespace vrkn::nn::step_affine_test
