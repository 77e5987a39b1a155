#include "vrkn/math/activation.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace vrkn::math::activation_test {
namespace {

double at_point(const at::Tensor& value) {
  return value.item<double>();
}

TEST(BoundedSigmoid, HasItsValueAtZeroAndItsLimits) {
  const auto x = [](double v) { return at::scalar_tensor(v, at::kDouble); };
  EXPECT_NEAR(at_point(bounded_sigmoid(x(0), 0.1, 0.99, 0.9)), 0.9, 1e-14);
  EXPECT_NEAR(at_point(bounded_sigmoid(x(60), 0.1, 0.99, 0.9)), 0.99, 1e-12);
  EXPECT_NEAR(at_point(bounded_sigmoid(x(-60), 0.1, 0.99, 0.9)), 0.1, 1e-12);
  EXPECT_NEAR(at_point(bounded_sigmoid(x(0), 0.001, 0.1, 0.01)), 0.01, 1e-14);
}

TEST(FlooredSoftplus, HasItsValueAtZeroAndItsFloor) {
  const auto x = [](double v) { return at::scalar_tensor(v, at::kDouble); };
  EXPECT_NEAR(at_point(floored_softplus(x(0), 0.01, 1.0)), 1.0, 1e-14);
  EXPECT_NEAR(at_point(floored_softplus(x(-60), 0.01, 1.0)), 0.01, 1e-12);
  EXPECT_NEAR(at_point(floored_softplus(x(100), 0.01, 1.0)) - at_point(floored_softplus(x(90), 0.01, 1.0)), 10.0, 1e-9);
}

}  // namespace
}  // namespace vrkn::math::activation_test
