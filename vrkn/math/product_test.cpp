#include "vrkn/math/product.h"

#include <limits>
#include <vector>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "vrkn/math/tensor_generator.h"

namespace vrkn::math::product_test {
namespace {

/// Against the same product in double: float32 rounds every number to 6e-8 of itself.
void expect_product(const at::Tensor& found, const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor expected = at::mm(a.to(at::kDouble), b.to(at::kDouble));
  ASSERT_EQ(found.sizes(), expected.sizes());
  const double scale = at::mm(a.to(at::kDouble).abs(), b.to(at::kDouble).abs()).max().item<double>();
  EXPECT_LT((found.to(at::kDouble) - expected).abs().max().item<double>(), 1e-6 * scale);
}

TEST(Product, IsThatOfDoublesInAnyStrides) {
  TensorGenerator rng(1);
  for (const auto& [m, k, n] : {std::tuple{7, 5, 3}, {1, 5, 3}, {7, 1, 3}, {7, 5, 1}, {1, 1, 1}, {50, 300, 230}}) {
    const at::Tensor wide_a = rng.normal({2 * m, 2 * k}), wide_b = rng.normal({2 * k, 2 * n});
    const std::vector<at::Tensor> as = {
        rng.normal({m, k}), rng.normal({k, m}).t(), wide_a.narrow(0, m, m).narrow(1, k, k),
        wide_a.slice(0, 0, 2 * m, 2).slice(1, 0, 2 * k, 2), rng.normal({k}).expand({m, k})};
    const std::vector<at::Tensor> bs = {
        rng.normal({k, n}), rng.normal({n, k}).t(), wide_b.narrow(0, k, k).narrow(1, n, n),
        wide_b.slice(0, 0, 2 * k, 2).slice(1, 0, 2 * n, 2), rng.normal({n}).expand({k, n})};
    const at::Tensor sum = rng.normal({m, n}), row = rng.normal({n});
    for (const at::Tensor& a : as) {
      for (const at::Tensor& b : bs) {
        expect_product(product(a, b), a, b);
        const at::Tensor expected = at::mm(a, b);
        EXPECT_TRUE(at::allclose(add_product_to(sum, a, b), sum + expected, 1e-4, 1e-4));
        EXPECT_TRUE(at::allclose(add_product_to(row, a, b), row + expected, 1e-4, 1e-4));
      }
    }
  }
}

TEST(Product, OfNothingIsZeroOrTheSum) {
  EXPECT_EQ(product(at::ones({0, 3}), at::ones({3, 2})).sizes(), at::IntArrayRef({0, 2}));
  EXPECT_TRUE(at::equal(product(at::ones({2, 0}), at::ones({0, 3})), at::zeros({2, 3})));
  EXPECT_TRUE(at::equal(add_product_to(at::ones({3}), at::ones({2, 0}), at::ones({0, 3})), at::ones({2, 3})));
}

TEST(Product, KeepsWhatIsNotANumberAndNothingElse) {
  at::Tensor a = at::ones({20, 30});
  a[3][4] = std::numeric_limits<float>::quiet_NaN();
  const at::Tensor found = product(a, at::ones({30, 17})).isnan().any(1);
  EXPECT_TRUE(found[3].item<bool>());
  EXPECT_EQ(found.sum().item<int64_t>(), 1);
}

TEST(Product, OfOtherTypesIsLibTorchs) {
  TensorGenerator rng(2);
  const at::Tensor a = rng.normal({6, 4}, at::kDouble), b = rng.normal({4, 5}, at::kDouble);
  EXPECT_TRUE(at::equal(product(a, b), at::mm(a, b)));
  EXPECT_THROW(product(a, b.to(at::kFloat)), c10::Error);
  EXPECT_THROW(product(at::ones({2, 3}), at::ones({2, 3})), c10::Error);
}

TEST(Product, DoesWithoutOnednnWhereLibTorchDoes) {
  TensorGenerator rng(4);
  const at::Tensor a = rng.normal({60, 40}), b = rng.normal({40, 50}), sum = rng.normal({50});
  const bool before = at::globalContext().userEnabledMkldnn();
  at::globalContext().setUserEnabledMkldnn(false);
  EXPECT_FALSE(onednn_multiplies());
  EXPECT_TRUE(at::equal(product(a, b), at::mm(a, b)));
  EXPECT_TRUE(at::equal(add_product_to(sum, a, b), at::addmm(sum, a, b)));
  at::globalContext().setUserEnabledMkldnn(before);
}

TEST(Product, IsTheSameEveryTime) {
  TensorGenerator rng(3);
  const at::Tensor a = rng.normal({300, 2000}), b = rng.normal({2000, 200});
  const at::Tensor first = product(a, b);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(at::equal(product(a, b), first));
}

}  // namespace
}  // namespace vrkn::math::product_test
