#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>

#include "tests/support/on_device.h"
#include "vrkn/math/tensor_generator.h"
#include "vrkn/nn/adam.h"
#include "vrkn/nn/image_decoder.h"
#include "vrkn/nn/image_encoder.h"
#include "vrkn/nn/initialise.h"

namespace vrkn::nn::device_test {
namespace {

using at::Tensor;

class NetworksOnDevice : public OnDevice {
 protected:
  /// Results and gradients of a network on the CPU, and of its equal on the device.
  template <class Network>
  void expect_alike(Network on_host, Network on_device, const Tensor& x, double tolerance) {
    math::TensorGenerator rng(1);
    initialise(*on_host, rng);
    math::TensorGenerator same(1);
    initialise(*on_device, same);
    on_device->to(device());
    const Tensor expected = on_host->forward(x), found = on_device->forward(x.to(device()));
    EXPECT_EQ(found.device().type(), device().type());
    EXPECT_LT(relative_error(found, expected), tolerance);
    const Tensor cotangent = rng.normal(expected.sizes());
    const auto weights = on_host->parameters();
    const auto left = torch::autograd::grad({expected}, weights, {cotangent});
    const auto right = torch::autograd::grad({found}, on_device->parameters(), {cotangent.to(device())});
    for (size_t i = 0; i < weights.size(); ++i) EXPECT_LT(relative_error(right[i], left[i]), tolerance) << i;
  }
};

TEST_P(NetworksOnDevice, EncodeAndDecodeImagesAsTheCpu) {
  math::TensorGenerator rng(2);
  const Tensor images = rng.uniform({4, 3, 64, 64}).sub_(0.5), features = rng.normal({4, 20});
  // In float32 the sums are taken in another order; of bfloat16 see precision_test.cpp.
  expect_alike(ImageEncoder(64, 8), ImageEncoder(64, 8), images, 1e-3);
  expect_alike(ImageDecoder(20, 64, 8), ImageDecoder(20, 64, 8), features, 1e-3);
  expect_alike(ImageEncoder(64, 8), ImageEncoder(64, 8, Precision::kBfloat16), images, 0.15);
  expect_alike(ImageDecoder(20, 64, 8), ImageDecoder(20, 64, 8, Precision::kBfloat16), features, 0.15);
}

TEST_P(NetworksOnDevice, TakeTheStepsOfAdamAsTheCpu) {
  math::TensorGenerator rng(3);
  Tensor host = rng.normal({50}), other = host.to(device(), at::kFloat, /*non_blocking=*/false, /*copy=*/true);
  host.set_requires_grad(true), other.set_requires_grad(true);
  Adam expected({host}, {.learning_rate = 0.1, .max_gradient_norm = 1.0}),
      found({other}, {.learning_rate = 0.1, .max_gradient_norm = 1.0});
  for (int i = 0; i < 20; ++i) {
    expected.zero_gradients();
    found.zero_gradients();
    host.pow(4).sum().backward();
    other.pow(4).sum().backward();
    EXPECT_LT(relative_error(found.step(), expected.step()), 1e-4);
  }
  EXPECT_LT(relative_error(other, host), 1e-4);
}

INSTANTIATE_TEST_SUITE_P(Every, NetworksOnDevice, devices(), device_name);

}  // namespace
}  // namespace vrkn::nn::device_test
