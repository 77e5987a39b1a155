#include "vrkn/nn/transposed_conv.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/gradient_check.h"
#include "vrkn/math/rng.h"

namespace vrkn {
namespace {

TEST(TransposedConv, EqualsLibTorchsWithItsGradients) {
  Rng rng(1);
  for (const int64_t kernel : {5, 6}) {
    const at::Tensor x = rng.normal({6, 8, 5, 5}).set_requires_grad(true);
    const at::Tensor weight = rng.normal({8, 7, kernel, kernel}).set_requires_grad(true);
    const at::Tensor ours = transposed_conv_through_convolution(x, weight);
    const at::Tensor theirs = at::conv_transpose2d(x, weight, {}, 2);
    ASSERT_EQ(ours.sizes(), theirs.sizes());
    EXPECT_TRUE(at::allclose(ours, theirs, 1e-4, 1e-4));
    const at::Tensor cotangent = rng.normal(ours.sizes());
    const auto our_gradients = torch::autograd::grad({ours}, {x, weight}, {cotangent});
    const auto their_gradients = torch::autograd::grad({theirs}, {x, weight}, {cotangent});
    EXPECT_TRUE(at::allclose(our_gradients[0], their_gradients[0], 1e-4, 1e-3));
    EXPECT_TRUE(at::allclose(our_gradients[1], their_gradients[1], 1e-4, 1e-3));
  }
}

TEST(TransposedConv, OfOnePixelIsAProduct) {
  Rng rng(3);
  TransposedConv layer(8, 7, 5);
  const at::NoGradGuard no_grad;
  layer->weight.copy_(rng.normal({8, 7, 5, 5}));
  layer->bias.copy_(rng.normal({7}));
  const at::Tensor x = rng.normal({6, 8, 1, 1});
  EXPECT_TRUE(at::allclose(layer->forward(x), at::conv_transpose2d(x, layer->weight, layer->bias, 2), 1e-4, 1e-4));
}

TEST(TransposedConv, GradientsEqualFiniteDifferences) {
  Rng rng(2);
  const auto function = [](const std::vector<at::Tensor>& in) {
    return transposed_conv_through_convolution(in[0], in[1]).pow(3).sum();
  };
  EXPECT_LT(gradient_error(function, {rng.normal({2, 2, 2, 2}, at::kDouble), rng.normal({2, 5, 5, 5}, at::kDouble)}),
            1e-6);
}

}  // namespace
}  // namespace vrkn
