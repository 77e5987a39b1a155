#include "vrkn/nn/transposed_conv.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/gradient_check.h"
#include "vrkn/math/tensor_generator.h"

namespace vrkn::nn::transposed_conv_test {
namespace {

TEST(TransposedConv, EqualsLibTorchsWithItsGradients) {
  math::TensorGenerator rng(1);
  // Into many channels and into few, from few and from many.
  for (const auto& [in, out] : {std::pair<int64_t, int64_t>{8, 7}, {8, 3}, {40, 3}}) {
    for (const auto& [rows, columns] : {std::pair<int64_t, int64_t>{4, 4}, {5, 5}, {6, 6}, {5, 6}, {6, 4}}) {
      const at::Tensor x = rng.normal({6, in, 5, 4}).set_requires_grad(true);
      TransposedConv layer(in, out, rows, columns);
      {
        const at::NoGradGuard no_grad;
        layer->weight.copy_(rng.normal({in, out, rows, columns}));
        layer->bias.copy_(rng.normal({out}));
      }
      const at::Tensor ours = layer->forward(x), theirs = at::conv_transpose2d(x, layer->weight, layer->bias, 2);
      ASSERT_EQ(ours.sizes(), theirs.sizes());
      EXPECT_TRUE(at::allclose(ours, theirs, 1e-4, 1e-4))
          << in << " to " << out << ", kernel " << rows << " x " << columns;
      const at::Tensor cotangent = rng.normal(ours.sizes());
      const std::vector<at::Tensor> inputs = {x, layer->weight, layer->bias};
      const auto our_gradients = torch::autograd::grad({ours}, inputs, {cotangent});
      const auto their_gradients = torch::autograd::grad({theirs}, inputs, {cotangent});
      for (size_t i = 0; i < inputs.size(); ++i) {
        EXPECT_TRUE(at::allclose(our_gradients[i], their_gradients[i], 1e-4, 1e-3)) << i;
      }
    }
  }
}

TEST(TransposedConv, OfOnePixelIsAProduct) {
  math::TensorGenerator rng(3);
  TransposedConv layer(8, 7, 5, 6);
  const at::NoGradGuard no_grad;
  layer->weight.copy_(rng.normal({8, 7, 5, 6}));
  layer->bias.copy_(rng.normal({7}));
  const at::Tensor x = rng.normal({6, 8, 1, 1});
  EXPECT_TRUE(at::allclose(layer->forward(x), at::conv_transpose2d(x, layer->weight, layer->bias, 2), 1e-4, 1e-4));
}

TEST(TransposedConv, GradientsEqualFiniteDifferences) {
  math::TensorGenerator rng(2);
  const auto function = [](const std::vector<at::Tensor>& in) {
    return transposed_conv_through_convolution(in[0], in[1]).pow(3).sum();
  };
  for (const int64_t channels : {3, 5}) {
    const at::Tensor weight = rng.normal({2, channels, 6, 6}, at::kDouble);
    EXPECT_LT(gradient_error(function, {rng.normal({2, 2, 2, 2}, at::kDouble), weight}), 1e-6) << channels;
  }
}

}  // namespace
}  // namespace vrkn::nn::transposed_conv_test
