#include "vrkn/nn/fourier_features.h"

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "vrkn/math/tensor_generator.h"
#include "vrkn/nn/initialise.h"

namespace vrkn::nn::fourier_features_test {
namespace {

TEST(FourierFeatures, AreSinesThenCosinesOfTheProjections) {
  FourierFeatures features(3, 2);
  math::TensorGenerator rng(1);
  initialise(*features, rng);
  const at::Tensor x = rng.normal({4, 3}), found = features->forward(x);
  ASSERT_EQ(found.sizes(), (at::IntArrayRef{4, 4}));
  for (int64_t n = 0; n < 4; ++n) {
    for (int64_t wave = 0; wave < 2; ++wave) {
      double phase = 0.0;
      for (int64_t i = 0; i < 3; ++i) phase += 5.0 * (x[n][i] * features->weight[wave][i]).item<double>();
      EXPECT_NEAR(found[n][wave].item<double>(), std::sin(phase), 1e-5);
      EXPECT_NEAR(found[n][2 + wave].item<double>(), std::cos(phase), 1e-5);
    }
  }
}

TEST(FourierFeatures, InitialisationDrawsTheProjections) {
  FourierFeatures features(16, 64);
  math::TensorGenerator rng(1);
  initialise(*features, rng);
  const at::Tensor weight = features->weight.detach();
  EXPECT_LE(weight.abs().max().item<double>(), 0.25);
  EXPECT_NEAR(weight.std().item<double>(), 0.25 / std::sqrt(3.0), 0.01);
}

}  // namespace
}  // namespace vrkn::nn::fourier_features_test
