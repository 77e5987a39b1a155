#include "vrkn/nn/precision.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>

#include "tests/support/on_device.h"
#include "vrkn/core/error.h"
#include "vrkn/math/tensor_generator.h"
#include "vrkn/nn/image_decoder.h"
#include "vrkn/nn/image_encoder.h"
#include "vrkn/nn/initialise.h"

namespace vrkn::nn::precision_test {
namespace {

using at::Tensor;

/// Results and gradients of a network in both precisions, from equal weights and inputs.
template <class Network>
void expect_alike(Network in_float32, Network in_bfloat16, const Tensor& x) {
  const at::NoGradGuard no_grad;
  math::TensorGenerator rng(3);
  initialise(*in_float32, rng);
  const auto weights = in_float32->parameters(), same = in_bfloat16->parameters();
  for (size_t i = 0; i < weights.size(); ++i) Tensor(same[i]).copy_(weights[i]);

  const at::AutoGradMode grad(true);
  const Tensor left = in_float32->forward(x), right = in_bfloat16->forward(x);
  ASSERT_EQ(right.scalar_type(), at::kFloat);
  ASSERT_TRUE(right.is_contiguous());
  // A number of 8 bits is wrong by up to 2^-9, and so is what each of the four layers reads and writes.
  EXPECT_LT(relative_error(right, left), 0.02);
  EXPECT_GT(relative_error(right, left), 1e-5);  // it really is another arithmetic

  // Where a unit is that near to zero, ReLU lets the one through and not the other: a share of about 0.5 % of the
  // units, whose whole gradients differ, hence sqrt(0.5 %) = 7 % of the norm.
  const Tensor cotangent = rng.normal(left.sizes());
  const auto expected = torch::autograd::grad({left}, weights, {cotangent});
  const auto found = torch::autograd::grad({right}, same, {cotangent});
  for (size_t i = 0; i < weights.size(); ++i) {
    EXPECT_EQ(found[i].scalar_type(), at::kFloat);
    EXPECT_LT(relative_error(found[i], expected[i]), 0.15) << "weight " << i;
  }
}

TEST(Precision, OfTheEncoderChangesResultsAndGradientsLittle) {
  math::TensorGenerator rng(1);
  const Tensor images = rng.uniform({4, 3, 64, 64}).sub_(0.5);
  expect_alike(ImageEncoder(64, 8), ImageEncoder(64, 8, Precision::kBfloat16), images);
}

TEST(Precision, OfTheDecoderChangesResultsAndGradientsLittle) {
  math::TensorGenerator rng(2);
  expect_alike(ImageDecoder(20, 64, 8), ImageDecoder(20, 64, 8, Precision::kBfloat16), rng.normal({4, 20}));
}

TEST(Precision, OfOneLayerChangesItsGradientsByTheRoundingOfItsNumbers) {
  math::TensorGenerator rng(4);
  TransposedConv layer(8, 7, 5);
  initialise(*layer, rng);
  for (const int64_t side : {1, 6}) {
    const Tensor x = rng.normal({5, 8, side, side}).set_requires_grad(true);
    const Tensor expected = layer->forward(x);
    const Tensor found = from_precision(layer->forward(to_precision(x, Precision::kBfloat16)));
    EXPECT_LT(relative_error(found, expected), 0.01);
    const Tensor cotangent = rng.normal(expected.sizes());
    const std::vector<Tensor> inputs{x, layer->weight, layer->bias};
    const auto left = torch::autograd::grad({expected}, inputs, {cotangent});
    const auto right = torch::autograd::grad({found}, inputs, {cotangent});
    for (size_t i = 0; i < inputs.size(); ++i) EXPECT_LT(relative_error(right[i], left[i]), 0.01) << side << ", " << i;
  }
}

TEST(Precision, SumsGradientsOfManyPixels) {
  math::TensorGenerator rng(5);
  TransposedConv layer(2, 3, 5);
  initialise(*layer, rng);
  const Tensor x = rng.normal({300, 2, 30, 30});
  const Tensor found = from_precision(layer->forward(to_precision(x, Precision::kBfloat16)));
  const Tensor cotangent = rng.uniform(found.sizes());
  const auto gradient = torch::autograd::grad({found}, {layer->bias}, {cotangent});
  EXPECT_LT(relative_error(gradient[0], cotangent.sum({0, 2, 3})), 1e-3);
}

TEST(Precision, HasTwoNames) {
  EXPECT_EQ(precision_from("float32"), Precision::kFloat32);
  EXPECT_EQ(precision_from("bfloat16"), Precision::kBfloat16);
  EXPECT_THROW(precision_from("float16"), ConfigError);
}

TEST(Precision, Float32LeavesEveryTensorAsItIs) {
  const Tensor x = at::ones({1, 2, 3, 3}, at::kDouble);
  EXPECT_TRUE(to_precision(x, Precision::kFloat32).is_same(x));
  EXPECT_TRUE(from_precision(x).is_same(x));
}

}  // namespace
}  // namespace vrkn::nn::precision_test
