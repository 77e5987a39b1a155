#include "vrkn/model/masked_likelihood.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/gradient_check.h"
#include "vrkn/core/error.h"
#include "vrkn/math/gaussian.h"
#include "vrkn/math/tensor_generator.h"

namespace vrkn::model::masked_likelihood_test {
namespace {

constexpr int64_t N = 5, C = 3, H = 4, W = 6;

struct Images {
  at::Tensor mean, image, visible;
};

/// The first image is visible as a whole, the last not at all, the others in part.
Images some_images(at::ScalarType type = at::kDouble) {
  math::TensorGenerator rng(3);
  Images images{rng.normal({N, C, H, W}, type), rng.normal({N, C, H, W}, type), rng.uniform({N, H, W}) < 0.6};
  images.visible[0].fill_(true);
  images.visible[N - 1].fill_(false);
  return images;
}

/// Value by value, as the definition says.
double by_hand(const Images& images, int64_t n) {
  double sum = 0.0;
  int64_t seen = 0;
  for (int64_t c = 0; c < C; ++c) {
    for (int64_t h = 0; h < H; ++h) {
      for (int64_t w = 0; w < W; ++w) {
        if (!images.visible[n][h][w].item<bool>()) continue;
        const double error = (images.image[n][c][h][w] - images.mean[n][c][h][w]).item<double>();
        sum += error * error;
        ++seen;
      }
    }
  }
  return seen == 0 ? 0.0 : sum / static_cast<double>(seen) * static_cast<double>(C * H * W);
}

TEST(MaskedLikelihood, IsTheMeanOverVisibleValuesTimesAllValues) {
  const Images images = some_images();
  const at::Tensor result = masked_squared_error(images.mean, images.image, images.visible);
  ASSERT_EQ(result.sizes(), (at::IntArrayRef{N}));
  for (int64_t n = 0; n < N; ++n) EXPECT_NEAR(result[n].item<double>(), by_hand(images, n), 1e-11) << n;
  EXPECT_EQ(result[N - 1].item<double>(), 0.0);
}

TEST(MaskedLikelihood, AWholeImageIsExactlyTheUnmaskedOne) {
  for (const at::ScalarType type : {at::kFloat, at::kDouble}) {
    const Images images = some_images(type);
    const at::Tensor everything = at::ones_like(images.visible);
    EXPECT_TRUE(at::equal(masked_squared_error(images.mean, images.image, everything),
                          math::squared_error(images.mean, images.image, 1)));
  }
}

TEST(MaskedLikelihood, HiddenPixelsSayNothing) {
  Images images = some_images();
  const at::Tensor before = masked_squared_error(images.mean, images.image, images.visible);
  const at::Tensor hidden = ~images.visible.unsqueeze(1).expand({N, C, H, W});
  images.image = images.image.masked_fill(hidden, 77.0);
  EXPECT_TRUE(at::equal(masked_squared_error(images.mean, images.image, images.visible), before));
}

TEST(MaskedLikelihood, GradientIsThatOfFiniteDifferencesAndZeroWhereHidden) {
  const Images images = some_images();
  const auto weighted = [&](const std::vector<at::Tensor>& in) {
    return (masked_squared_error(in[0], images.image, images.visible) * at::arange(1.0, N + 1.0, at::kDouble)).sum();
  };
  EXPECT_LT(gradient_error(weighted, {images.mean}), 1e-7);

  const at::Tensor mean = images.mean.clone().set_requires_grad(true);
  masked_squared_error(mean, images.image, images.visible).sum().backward();
  const at::Tensor visible = images.visible.unsqueeze(1).expand({N, C, H, W});
  EXPECT_TRUE(mean.grad().isfinite().all().item<bool>());
  EXPECT_TRUE(((mean.grad() != 0) == visible).all().item<bool>());
}

TEST(MaskedLikelihood, RefusesMasksOfOtherSizes) {
  const Images images = some_images();
  EXPECT_THROW(masked_squared_error(images.mean, images.image, images.visible.narrow(2, 0, 5)), ShapeError);
  EXPECT_THROW(masked_squared_error(images.mean.narrow(0, 0, 4), images.image, images.visible), ShapeError);
}

}  // namespace
}  // namespace vrkn::model::masked_likelihood_test
