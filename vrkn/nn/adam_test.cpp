#include "vrkn/nn/adam.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/optim/adam.h>

#include "tests/support/saved.h"
#include "vrkn/core/error.h"
#include "vrkn/math/tensor_generator.h"

namespace vrkn::nn::adam_test {
namespace {

std::vector<at::Tensor> leaves(uint64_t seed) {
  math::TensorGenerator rng(seed);
  std::vector<at::Tensor> result{rng.normal({3, 4}), rng.normal({5}), rng.normal({2, 2, 2})};
  for (at::Tensor& leaf : result) leaf.set_requires_grad(true);
  return result;
}

at::Tensor loss(const std::vector<at::Tensor>& leaves) {
  at::Tensor total = at::zeros({});
  for (const at::Tensor& leaf : leaves) total = total + leaf.pow(4).sum() + leaf.sin().sum() * 3;
  return total;
}

TEST(Adam, FollowsLibTorchsAdam) {
  auto ours = leaves(1), theirs = leaves(1);
  Adam adam(ours, {.learning_rate = 1e-2, .max_gradient_norm = 1e9});
  torch::optim::Adam reference(theirs, torch::optim::AdamOptions(1e-2).eps(1e-8));
  for (int i = 0; i < 50; ++i) {
    adam.zero_gradients();
    loss(ours).backward();
    adam.step();
    reference.zero_grad();
    loss(theirs).backward();
    reference.step();
  }
  for (size_t i = 0; i < ours.size(); ++i) EXPECT_TRUE(at::allclose(ours[i], theirs[i], 1e-5, 1e-6));
}

TEST(Adam, ClipsByTheNormOfTheWholeGradient) {
  auto clipped = leaves(2), scaled = leaves(2);
  // Adam divides the scale of a constant gradient out; with a large epsilon it shows.
  Adam adam(clipped, {.epsilon = 1e3, .max_gradient_norm = 1.0}), reference(scaled, {.epsilon = 1e3});
  loss(clipped).backward();
  const double norm = adam.step().item<double>();
  (loss(scaled) / norm).backward();
  reference.step();
  EXPECT_GT(norm, 1.0);
  for (size_t i = 0; i < clipped.size(); ++i) EXPECT_TRUE(at::allclose(clipped[i], scaled[i], 0, 1e-8));
}

TEST(Adam, ClipsTheMeanOfSharedGradients) {
  auto shared = leaves(2), alone = leaves(2);
  const AdamOptions options{.epsilon = 1e3, .max_gradient_norm = 1.0};
  Adam adam(shared, options), reference(alone, options);
  adam.all_reduce_gradients([](at::Tensor& gradient) { gradient.div_(4); });
  (loss(shared) * 4).backward();
  loss(alone).backward();
  EXPECT_FLOAT_EQ(adam.step().item<float>(), reference.step().item<float>());
  for (size_t i = 0; i < shared.size(); ++i) EXPECT_TRUE(at::equal(shared[i], alone[i]));
}

TEST(Adam, ANonFiniteGradientChangesNothing) {
  auto parameters = leaves(3);
  Adam adam(parameters, {});
  const at::Tensor before = parameters[0].detach().clone();
  parameters[0].mutable_grad().fill_(std::numeric_limits<float>::quiet_NaN());
  EXPECT_FALSE(adam.step().isfinite().item<bool>());
  EXPECT_TRUE(at::equal(before, parameters[0]));
}

TEST(Adam, TheAverageIsThatOfTheParametersAfterEveryStep) {
  auto averaged = leaves(4), plain = leaves(4);
  Adam adam(averaged, {.average = 0.7}), reference(plain, {});
  at::Tensor expected = plain[0].detach().to(at::kDouble);
  for (int step = 1; step <= 30; ++step) {
    for (auto [optimiser, parameters] : {std::pair(&adam, &averaged), std::pair(&reference, &plain)}) {
      optimiser->zero_gradients();
      loss(*parameters).backward();
      optimiser->step();
    }
    const double kept = std::min(0.7, (1.0 + step) / (10.0 + step));
    expected = kept * expected + (1.0 - kept) * plain[0].detach().to(at::kDouble);
    adam.exchange_average();
    EXPECT_TRUE(at::allclose(averaged[0].to(at::kDouble), expected, 1e-5, 1e-6)) << step;
    adam.exchange_average();
    EXPECT_TRUE(at::equal(averaged[0], plain[0])) << "learning goes on as without an average";
  }
  reference.exchange_average();
  EXPECT_TRUE(at::equal(averaged[0], plain[0])) << "there is none";
}

TEST(Adam, TheAverageIsSaved) {
  auto first = leaves(4), second = leaves(5);
  Adam adam(first, {.average = 0.9}), loaded(second, {.average = 0.9});
  loss(first).backward();
  adam.step();
  torch::serialize::InputArchive in = saved(adam);
  loaded.load(in);
  adam.exchange_average();
  loaded.exchange_average();
  EXPECT_TRUE(at::equal(first[0], second[0]));

  Adam without(second, {});
  torch::serialize::InputArchive old = saved(without);
  EXPECT_THROW(adam.load(old), DataError);
}

TEST(Adam, SavedAndLoadedGoesOnEqually) {
  auto whole = leaves(4), first = leaves(4);
  Adam adam(whole, {}), half(first, {});
  const auto train = [](Adam& optimiser, const std::vector<at::Tensor>& parameters, int count) {
    for (int i = 0; i < count; ++i) {
      optimiser.zero_gradients();
      loss(parameters).backward();
      optimiser.step();
    }
  };
  train(adam, whole, 10);
  train(half, first, 5);
  torch::serialize::InputArchive in = saved(half);
  std::vector<at::Tensor> second;
  for (const at::Tensor& leaf : first) second.push_back(leaf.detach().clone().set_requires_grad(true));
  Adam resumed(second, {});
  resumed.load(in);
  train(resumed, second, 5);
  for (size_t i = 0; i < whole.size(); ++i) EXPECT_TRUE(at::equal(whole[i], second[i]));
}

}  // namespace
}  // namespace vrkn::nn::adam_test
