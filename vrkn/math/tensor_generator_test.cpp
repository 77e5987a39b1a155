#include "vrkn/math/tensor_generator.h"

#include <cmath>
#include <functional>
#include <sys/resource.h>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/on_device.h"

namespace vrkn::math::tensor_generator_test {
namespace {

TEST(TensorGenerator, SameSeedSameDrawsOtherSeedOtherDraws) {
  TensorGenerator a(7), b(7), c(8);
  const at::Tensor x = a.normal({100});
  EXPECT_TRUE(at::equal(x, b.normal({100})));
  EXPECT_FALSE(at::equal(x, c.normal({100})));
  EXPECT_FALSE(at::equal(x, a.normal({100})));
}

TEST(TensorGenerator, LeavesTheGlobalGeneratorAlone) {
  at::manual_seed(3);
  const at::Tensor before = at::rand({4});
  at::manual_seed(3);
  TensorGenerator rng(1);
  rng.normal({1000});
  rng.dropout_mask({1000}, 0.5);
  EXPECT_TRUE(at::equal(before, at::rand({4})));
}

TEST(TensorGenerator, LeavesNoMemoryBehind) {
  const auto peak_memory_kib = [] {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
  };
  TensorGenerator(0);
  const auto before = peak_memory_kib();
  for (uint64_t seed = 0; seed < 100000; ++seed)
    TensorGenerator rng(seed);  // a generator is 2.6 KB: 250 MB if they stayed
  EXPECT_LT(peak_memory_kib() - before, 50 * 1024);
}

TEST(TensorGenerator, DropoutMaskHasMeanOneAndTwoValues) {
  TensorGenerator rng(11);
  const int64_t n = 200000;
  const at::Tensor mask = rng.dropout_mask({n}, 0.1, at::kDouble);
  const double kept = 65536.0 / std::round(0.9 * 65536.0);
  EXPECT_TRUE(((mask == 0) | (mask == kept)).all().item<bool>());
  // Standard deviation of one entry is sqrt(p / (1 - p)) = 1/3; six standard errors.
  EXPECT_NEAR(mask.mean().item<double>(), 1.0, 6.0 / 3.0 / std::sqrt(static_cast<double>(n)));
  EXPECT_TRUE((rng.dropout_mask({1000}, 0.0) == 1).all().item<bool>());
}

class RngOnDevice : public OnDevice {};

TEST_P(RngOnDevice, IsAFunctionOfItsSeedAndHasTheRightMoments) {
  TensorGenerator a(7, device()), b(7, device()), c(8, device());
  const int64_t n = 200000;
  const double root = std::sqrt(static_cast<double>(n));
  const at::Tensor normal = a.normal({n}), uniform = a.uniform({n}), mask = a.dropout_mask({n}, 0.1);
  EXPECT_EQ(normal.device().type(), device().type());
  EXPECT_TRUE(at::equal(normal, b.normal({n})));
  EXPECT_TRUE(at::equal(uniform, b.uniform({n})));
  EXPECT_FALSE(at::equal(normal, c.normal({n})));
  // Six standard errors each.
  EXPECT_NEAR(normal.mean().item<double>(), 0.0, 6.0 / root);
  EXPECT_NEAR(normal.square().mean().item<double>(), 1.0, 6.0 * std::sqrt(2.0) / root);
  EXPECT_NEAR(uniform.mean().item<double>(), 0.5, 6.0 * std::sqrt(1.0 / 12.0) / root);
  EXPECT_NEAR(mask.mean().item<double>(), 1.0, 6.0 / 3.0 / root);
}

INSTANTIATE_TEST_SUITE_P(Every, RngOnDevice, devices(), device_name);

TEST(TensorGenerator, SharesAreRowsOfWhatOneProcessDraws) {
  // Two draws each, so that a stream goes on where all shares of the first draw end; sizes that fill no group.
  using Draw = std::function<at::Tensor(TensorGenerator&, int64_t rows)>;
  const std::vector<std::pair<int64_t, Draw>> draws{{0,
                                                     [](TensorGenerator& rng, int64_t rows) {
                                                       return rng.normal({rows, 7, 3});
                                                     }},
                                                    {0,
                                                     [](TensorGenerator& rng, int64_t rows) {
                                                       return rng.normal({rows, 5}, at::kDouble);
                                                     }},
                                                    {0,
                                                     [](TensorGenerator& rng, int64_t rows) {
                                                       return rng.uniform({rows, 211});
                                                     }},
                                                    {0,
                                                     [](TensorGenerator& rng, int64_t rows) {
                                                       return rng.dropout_mask({rows, 131}, 0.4);
                                                     }},
                                                    {1,
                                                     [](TensorGenerator& rng, int64_t rows) {
                                                       return rng.normal({9, rows, 37}, at::kFloat, 1);
                                                     }},
                                                    {1,
                                                     [](TensorGenerator& rng, int64_t rows) {
                                                       return rng.dropout_mask({9, rows, 37}, 0.4, at::kFloat, 1);
                                                     }},
                                                    {1, [](TensorGenerator& rng, int64_t rows) {
                                                       return rng.normal({3, rows, 1}, at::kFloat, 1);
                                                     }}};
  for (size_t i = 0; i < draws.size(); ++i) {
    const auto& [axis, draw] = draws[i];
    TensorGenerator whole(7);
    const at::Tensor first = draw(whole, 12), second = draw(whole, 12);
    for (const int64_t count : {2, 3, 4}) {
      for (int64_t index = 0; index < count; ++index) {
        const int64_t rows = 12 / count;
        TensorGenerator part(7, c10::kCPU, {index, count});
        EXPECT_TRUE(at::equal(draw(part, rows), first.narrow(axis, index * rows, rows))) << i << ": " << index;
        EXPECT_TRUE(at::equal(draw(part, rows), second.narrow(axis, index * rows, rows))) << i << ": " << index;
      }
    }
  }
}

}  // namespace
}  // namespace vrkn::math::tensor_generator_test
