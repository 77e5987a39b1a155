#include "vrkn/nn/affine.h"

#include <vector>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>

#include "vrkn/math/tensor_generator.h"

namespace vrkn::nn::affine_test {
namespace {

using at::Tensor;
using Tensors = std::vector<Tensor>;

constexpr int64_t kB = 20, kIn = 30, kOut = 17;

class AffineTest : public testing::Test {
 protected:
  Tensor random(at::IntArrayRef sizes) { return rng_.normal(sizes).set_requires_grad(true); }

  /// The value, and the gradients of what it gives for random weights of the loss.
  Tensors all_of(const Tensor& y, const Tensors& arguments) const {
    Tensors result = torch::autograd::grad({(y * loss_).sum()}, arguments);
    result.insert(result.begin(), y.detach());
    return result;
  }

  void expect_equal(const Tensors& found, const Tensors& expected) const {
    for (size_t i = 0; i < expected.size(); ++i) {
      const double error = (found[i] - expected[i]).norm().item<double>() / expected[i].norm().item<double>();
      EXPECT_LT(error, 1e-6) << i;
      EXPECT_EQ(found[i].strides(), expected[i].strides()) << i;
    }
  }

  math::TensorGenerator rng_{1};
  Tensor x_ = random({kB, kIn}), bias_ = random({kOut}), sum_ = random({kB, kOut}), loss_ = rng_.normal({kB, kOut});
};

TEST_F(AffineTest, HasTheValueAndGradientsOfLibTorchs) {
  const Tensor wide = random({kOut, 2 * kIn}), tall = random({kIn, kOut});
  for (const Tensor& leaf : {random({kOut, kIn}), wide, tall}) {
    const Tensor weight = leaf.is_same(wide) ? wide.narrow(1, kIn, kIn) : leaf.is_same(tall) ? tall.t() : leaf;
    expect_equal(all_of(affine(x_, weight, bias_), {x_, leaf, bias_}),
                 all_of(at::linear(x_, weight, bias_), {x_, leaf, bias_}));
    expect_equal(all_of(affine(x_, weight), {x_, leaf}), all_of(at::linear(x_, weight), {x_, leaf}));
    expect_equal(all_of(add_product(sum_, x_, weight), {x_, leaf, sum_}),
                 all_of(at::addmm(sum_, x_, weight.t()), {x_, leaf, sum_}));
  }
}

TEST_F(AffineTest, OfMoreAxesIsThatOfItsRowsAndNoView) {
  const Tensor weight = random({kOut, kIn}), y = affine(x_.view({4, 5, kIn}), weight, bias_);
  EXPECT_TRUE(at::equal(y, affine(x_, weight, bias_).view({4, 5, kOut})));
  EXPECT_FALSE(y.is_view());  // else an activation in place costs copies on the way back
}

TEST_F(AffineTest, AsksForNothingOfWhatIsFrozen) {
  const Tensor weight = rng_.normal({kOut, kIn}), bias = rng_.normal({kOut});
  expect_equal(all_of(affine(x_, weight, bias), {x_}), all_of(at::linear(x_, weight, bias), {x_}));
  EXPECT_FALSE(affine(x_.detach(), weight, bias).requires_grad());
}

TEST_F(AffineTest, OfOneRowIsThatOfManyRows) {
  const at::NoGradGuard no_gradients;
  const Tensor weight = random({kOut, kIn}), row = x_.narrow(0, 3, 1);
  EXPECT_TRUE(at::allclose(affine(row, weight, bias_), affine(x_, weight, bias_).narrow(0, 3, 1), 1e-4, 1e-5));
  EXPECT_TRUE(at::allclose(add_product(sum_.narrow(0, 3, 1), row, weight),
                           add_product(sum_, x_, weight).narrow(0, 3, 1), 1e-4, 1e-5));
}

}  // namespace
}  // namespace vrkn::nn::affine_test
